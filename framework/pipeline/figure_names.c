/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/figure_names.h"

#include <string.h>

#include <nnpipe/data.h>
#include "base/strbuf.h"
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
    const struct item *metric = higher_owner(&s->metrics, name);

    if (!metric)
        return strcmp(name, "loss") == 0;
    return strcmp(name, metric->name) == 0 || metric->type->desc->flags & NNP_DETAILS;
}

/* Layers have no figures: they are known, as one may be an estimator, and not proposed.
 */
bool figure_names_any(const struct spec *s, const char *name)
{
    return figure_names_metric(s, name) || strcmp(name, "penalty") == 0 ||
           higher_owner(&s->report, name) || higher_owner(&s->model, name);
}

bool figure_names_part(const struct data_spec *data, enum split k)
{
    if (data->split[k].given || data->rows[k].n || k == SPLIT_TRAIN)
        return true;
    return k == SPLIT_TEST && data->missing && !data->split[SPLIT_TRAIN].given &&
           !data->split[SPLIT_VAL].given;
}

const char *figure_names_near(const char *bare, const char *const *names)
{
    for (const char *const *of = names; *of; of++)
        if (strncmp(bare, *of, strlen(*of)) == 0 && bare[strlen(*of)] == '.')
            return *of;
    return synonyms_nearest(bare, names);
}

int figure_names_refuse(const char *const *names, const struct at *at, const char *who,
                        const char *name, struct diag *d)
{
    const char   *bare = split_metric(name), *near = figure_names_near(bare, names);
    struct strbuf list = { 0 };

    diag_code(d, at, "unknown-metric", "%s: no figure is called '%s'%s%s%s", who, bare,
              near ? "; '" : "", near ? near : "", near ? "' is" : "");
    for (size_t i = 0; names[i]; i++)
        strbuf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    if (!near)
        diag_note(d, "figures  %s; others need their metric under `metrics`",
                  strbuf_text(&list));
    strbuf_close(&list);
    return -1;
}

int figure_names_check_part(const struct spec *s, const struct at *at, const char *who,
                            const char *name, struct diag *d)
{
    enum split part = split_of(name);

    if (part == N_SPLITS || !s->data.source || figure_names_part(&s->data, part))
        return 0;
    return diag_code(d, at, "unknown-metric",
                     "%s: '%s' needs rows to be taken on; data.split has no '%s'", who,
                     name, split_names[part]);
}

int figure_names_check(const struct spec *s, const struct expr *e, const char *who,
                       struct diag *d)
{
    for (const char *const *name = expr_names(e); *name; name++)
        if (!figure_names_any(s, split_metric(*name))
                ? figure_names_refuse(figure_names(d->arena, s), NULL, who, *name, d)
                : figure_names_check_part(s, NULL, who, *name, d))
            return -1;
    return 0;
}
