/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/figure_names.h"

#include <string.h>

#include "base/split.h"
#include "pipeline/higher.h"

static const char *const always[] = { "loss", "penalty" };

enum { ALWAYS = sizeof always / sizeof *always };

static bool is_figure(const struct spec *s, const char *name)
{
    for (size_t i = 0; i < ALWAYS; i++)
        if (strcmp(always[i], name) == 0)
            return true;
    return higher_owner(&s->metrics, name) || higher_owner(&s->report, name) ||
           higher_owner(&s->model, name);
}

/* Layers have no figures: they are known, as one may be an estimator, and not proposed.
 */
static const char *const *proposals(struct arena *a, const struct spec *s)
{
    const char **list = arena_array(a, ALWAYS + s->metrics.n + 1, sizeof *list);
    size_t       n = 0;

    for (size_t i = 0; i < ALWAYS; i++)
        list[n++] = always[i];
    for (size_t i = 0; i < s->metrics.n; i++)
        list[n++] = s->metrics.v[i].name;
    return list;
}

int figure_names_check(const struct spec *s, const struct expr *e, const char *who,
                       struct diag *d)
{
    for (const char *const *name = expr_names(e); *name; name++) {
        const char *bare = split_metric(*name);
        if (is_figure(s, bare))
            continue;
        const char *near = diag_nearest(bare, proposals(d->arena, s));
        if (near)
            return diag_error(d, NULL, "%s: no figure is called '%s'; '%s' is", who, bare,
                              near);
        return diag_error(d, NULL,
                          "%s: no figure is called '%s'; list the metric under "
                          "`metrics`",
                          who, bare);
    }
    return 0;
}
