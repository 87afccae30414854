/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/higher.h"

#include <string.h>

/* Names of plugins may have dots in them: the longest one that fits is meant. */
const struct item *higher_owner(const struct items *list, const char *figure)
{
    const struct item *found = NULL;

    for (size_t i = 0; i < list->n; i++) {
        size_t n = strlen(list->v[i].name);

        if (strncmp(list->v[i].name, figure, n) == 0 &&
            (!figure[n] || figure[n] == '.') && (!found || n > strlen(found->name)))
            found = &list->v[i];
    }
    return found;
}

bool higher_plugin(struct registry *r, const char *metric)
{
    struct arena            scrap = { 0 };
    struct diag             quiet;
    char                   *name = arena_strdup(&scrap, metric), *dot;
    const struct component *c = NULL;

    diag_init(&quiet, &scrap);
    while (!registry_has(r, "metric", name) && (dot = strrchr(name, '.')))
        *dot = 0;
    if (registry_has(r, "metric", name))
        c = registry_find(r, "metric", name, NULL, &quiet);
    arena_close(&scrap);
    return c && c->desc->flags & NNP_HIGHER;
}

bool higher_figure(const struct spec *s, const char *figure)
{
    const char        *name = split_metric(figure);
    const struct item *item = higher_owner(&s->metrics, name);

    if (!item && name == figure) /* a report's figures are of no split */
        item = higher_owner(&s->report, name);
    return item ? item->type->desc->flags & NNP_HIGHER : higher_plugin(s->registry, name);
}
