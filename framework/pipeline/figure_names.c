/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/figure_names.h"

#include <string.h>

#include "base/split.h"
#include "pipeline/higher.h"
#include "plugin/synonyms.h"

const char *const *figure_names(struct arena *a, const struct spec *s)
{
    const char **list = arena_array(a, s->metrics.n + 2, sizeof *list);
    size_t       n = 0;

    list[n++] = "loss";
    for (size_t i = 0; i < s->metrics.n; i++)
        list[n++] = s->metrics.v[i].name;
    return list;
}

bool figure_names_metric(const struct spec *s, const char *name)
{
    return strcmp(name, "loss") == 0 || higher_owner(&s->metrics, name);
}

/* Layers have no figures: they are known, as one may be an estimator, and not proposed.
 */
static bool is_figure(const struct spec *s, const char *name)
{
    return figure_names_metric(s, name) || strcmp(name, "penalty") == 0 ||
           higher_owner(&s->report, name) || higher_owner(&s->model, name);
}

int figure_names_check(const struct spec *s, const struct expr *e, const char *who,
                       struct diag *d)
{
    for (const char *const *name = expr_names(e); *name; name++) {
        const char *bare = split_metric(*name);
        if (is_figure(s, bare))
            continue;
        const char *near = synonyms_nearest(bare, figure_names(d->arena, s));
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
