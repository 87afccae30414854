/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/higher.h"

#include <string.h>

/* The item whose figure it is: NAME, or a detail, NAME.KEY. */
static const struct item *owner(const struct items *list, const char *figure)
{
    for (size_t i = 0; i < list->n; i++) {
        size_t n = strlen(list->v[i].name);

        if (strncmp(list->v[i].name, figure, n) == 0 && (!figure[n] || figure[n] == '.'))
            return &list->v[i];
    }
    return NULL;
}

bool higher_plugin(struct registry *r, const char *metric)
{
    struct arena            scrap = { 0 };
    struct diag             quiet;
    const char             *name = arena_strndup(&scrap, metric, strcspn(metric, "."));
    const struct component *c = NULL;

    diag_init(&quiet, &scrap);
    if (registry_has(r, "metric", name))
        c = registry_find(r, "metric", name, NULL, &quiet);
    arena_close(&scrap);
    return c && c->desc->flags & NNP_HIGHER;
}

bool higher_figure(const struct spec *s, const char *figure)
{
    const char        *name = split_metric(figure);
    const struct item *item = owner(&s->metrics, name);

    if (!item && name == figure) /* a report's figures are of no split */
        item = owner(&s->report, name);
    return item ? item->type->desc->flags & NNP_HIGHER : higher_plugin(s->registry, name);
}
