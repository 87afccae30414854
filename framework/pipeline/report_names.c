/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/report_names.h"

#include <string.h>

#include <nnpipe/report.h>
#include "base/split.h"
#include "language/value.h"
#include "language/vars.h"
#include "language/written.h"
#include "pipeline/figure_names.h"
#include "pipeline/stage.h"

/* "kmeans1.inertia" comes of an item that the file calls kmeans. */
static const char *stem_of(struct arena *a, const char *figure)
{
    size_t n = strcspn(figure, ".");

    while (n > 1 && figure[n - 1] >= '0' && figure[n - 1] <= '9')
        n--;
    return arena_strndup(a, figure, n);
}

/* A report of the file, whichever stage it belongs to. */
static bool is_of_report(struct read *r, const char *figure)
{
    struct written_list list = { .arena = r->a,
                                 .registry = r->registry,
                                 .place = &grammar_report,
                                 .list = tree_find(r->stage->file, "report") };

    return list.list && list.list->kind == NODE_SEQ &&
           written_find(&list, arena_strndup(r->a, figure, strcspn(figure, "."))) !=
               WRITTEN_NOBODY;
}

/* Of other stages only words are known here, and a figure of theirs is named by one. */
static bool is_of_stages(struct read *r, const char *figure)
{
    return r->stage &&
           (stage_trains(r, stem_of(r->a, figure)) || is_of_report(r, figure));
}

/* A rate has a curve, and no part of the data. Where a metric could not be read, a name
 * that is not known may be its own. */
static bool is_figure(struct read *r, const char *name)
{
    const char *bare = split_metric(name);

    return strcmp(name, "lr") == 0 || r->open_metrics ||
           figure_names_any(r->spec, bare) || is_of_stages(r, bare);
}

struct proposals {
    const char **v;
    size_t       n;
};

static void propose(struct read *r, struct proposals *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->v[i], name) == 0)
            return;
    p->v = arena_grow(r->a, p->v, p->n, p->n + 2, sizeof *p->v);
    p->v[p->n++] = name;
    p->v[p->n] = NULL;
}

static void propose_metrics(struct read *r, struct proposals *p, struct node *metrics)
{
    struct node **list, *plugin;
    size_t        n = value_items(&metrics, &list);

    for (size_t i = 0; i < n; i++)
        if ((plugin = written_plugin(r->registry, &grammar_metrics, NULL, list[i])))
            propose(r, p, plugin->text);
}

/* Those of this training, and where there are several the metrics that are written for
 * the others, and the stages if they may be meant. */
static const char *const *proposals(struct read *r, bool stages)
{
    const char *const *own = figure_names(r->a, r->spec);
    struct proposals   p = { 0 };

    while (*own)
        propose(r, &p, *own++);
    for (size_t i = 0; stages && i < r->spec->n_stages; i++)
        propose(r, &p, r->spec->stages[i].name);
    if (!r->stage)
        return p.v;
    propose_metrics(r, &p, tree_find(r->stage->file, "metrics"));
    const struct node *list = tree_find(r->stage->file, "stages");
    for (size_t i = 0; i < list->n; i++) {
        propose_metrics(r, &p, tree_find(list->values[i], "metrics"));
        propose_metrics(r, &p, tree_find(list->values[i], "metrics+"));
    }
    return p.v;
}

static void check_figure(struct read *r, const struct node *n, uint32_t type,
                         const char *who)
{
    if (!is_figure(r, n->text))
        figure_names_refuse(proposals(r, type & NNP_STAGES), &n->at, who, n->text, r->d);
    else if (!r->stage) /* a stage may have data of its own */
        figure_names_check_part(r->spec, &n->at, who, n->text, r->d);
}

static void check_name(struct read *r, const struct node *n, uint32_t type,
                       const char *who)
{
    if (n->kind != NODE_SCALAR || vars_left(n) ||
        (type & NNP_STAGES && stage_find(r->spec, n->text)))
        return;
    if (type & NNP_FIGURES)
        check_figure(r, n, type, who);
    else
        stage_refuse(r, &n->at, who, n->text);
}

void report_names_check(struct read *r, const struct item *report, const nnp_param *param,
                        struct node *v)
{
    const char   *who = arena_printf(r->a, "%s.%s", report->type->name, param->name);
    bool          keys = (param->type & 255) == NNP_TREE;
    struct node **list;
    size_t        n;

    if (keys && v->kind == NODE_MAP)
        for (size_t i = 0; i < v->n; i++)
            check_name(r, v->keys[i], param->type, who);
    if (keys || value_list(&v, who, &list, &n, r->d))
        return;
    for (size_t i = 0; i < n; i++)
        check_name(r, list[i], param->type, who);
}
