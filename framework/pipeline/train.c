/* SPDX-License-Identifier: MIT */
/* train: how long, in which portions, when to stop, what to keep. */
#include <config.h>
#include "pipeline/read.h"

#include <string.h>

#include "language/expr.h"
#include "language/value.h"
#include "language/vars.h"
#include "pipeline/figure_names.h"
#include "pipeline/higher.h"

/* ---- names of metrics -------------------------------------------------------------- */

int train_metric(struct read *r, const struct at *at, const char *name)
{
    const char        *bare = split_metric(name);
    enum split         split = split_of(name);
    const char *const *names = figure_names(r->a, r->spec);
    const char        *near;
    struct strbuf      list = { 0 };

    if (!figure_names_metric(r->spec, bare) && r->open_metrics)
        return 0;
    if (!figure_names_metric(r->spec, bare)) {
        near = figure_names_near(bare, names);
        diag_code(r->d, at, "unknown-metric", "no metric is called '%s'%s%s%s", bare,
                  near ? "; '" : "", near ? near : "", near ? "' is" : "");
        for (size_t i = 0; names[i]; i++)
            strbuf_printf(&list, "%s%s", i ? ", " : "", names[i]);
        if (!near)
            diag_note(r->d, "metrics  %s", strbuf_text(&list));
        strbuf_close(&list);
        return -1;
    }
    /* Without a source its own mistake comes first. */
    if (split < N_SPLITS && r->spec->data.source &&
        !figure_names_part(&r->spec->data, split))
        return diag_code(r->d, at, "unknown-metric",
                         "'%s' needs rows to be taken on; data.split has no '%s'", name,
                         split_names[split]);
    if (split == SPLIT_TRAIN && strcmp(bare, "loss") != 0 &&
        figure_names_part(&r->spec->data, SPLIT_VAL))
        return diag_code(r->d, at, "unknown-metric",
                         "'%s' is only taken when training is done; until then metrics "
                         "are taken on 'val'",
                         name);
    return 0;
}

static const char *read_metric(struct read *r, const struct node *map,
                               const struct section *s, const char *key)
{
    const struct node *n = tree_find(map, key);
    const char        *name = NULL;

    if (value_text(map, s, key, &name, r->d) > 0)
        train_metric(r, &n->at, name);
    return name;
}

/* ---- conditions -------------------------------------------------------------------- */

static const struct expr *read_condition(struct read *r, const struct node *map,
                                         const struct section *s, const char *key)
{
    const struct node *n = tree_find(map, key);
    const char        *text;
    const struct expr *e;
    int                rc = 0;

    if (value_text(map, s, key, &text, r->d) <= 0)
        return NULL;
    struct at at = n->at;
    at.column += n->quoted;
    e = expr_parse(r->a, text, &at, r->d);
    for (const char *const *name = e ? expr_names(e) : NULL; name && *name; name++)
        if (strcmp(*name, "epoch") != 0 && train_metric(r, &n->at, *name))
            rc = -1;
    return rc ? NULL : e;
}

/* ---- sections ---------------------------------------------------------------------- */

/* The map of a part of train; an empty one where the file has none, so that what its
 * table says holds. NULL after a message. */
static const struct node *part_of(struct read *r, const struct node *train,
                                  const struct section *s)
{
    const struct node *n = tree_find(train, strchr(s->path, '.') + 1);

    if (!n || n->kind == NODE_NULL)
        return tree_new(r->a, NODE_MAP, (struct at){ 0 });
    if (grammar_expect(n, NODE_MAP, s->path, r->d))
        return NULL;
    grammar_check(n, s, r->d);
    return n;
}

/* false: nothing is said, and *maximize stays what the metric says. */
static bool read_goal(struct read *r, const struct node *n, const struct section *s,
                      bool *maximize)
{
    int goal = 0;

    if (value_choice(n, s, "goal", &goal, r->d) <= 0)
        return false;
    *maximize = goal;
    return true;
}

static void read_stop(struct read *r, const struct node *train)
{
    const struct node *n = part_of(r, train, &grammar_stop);
    struct train_spec *t = &r->spec->train;

    if (!n)
        return;
    t->stop.when = read_condition(r, n, &grammar_stop, "when");
    value_int(n, &grammar_stop, "for", &t->stop.for_epochs, r->d);
    value_int(n, &grammar_stop, "patience", &t->stop.patience, r->d);
    value_real(n, &grammar_stop, "min_delta", &t->stop.min_delta, r->d);
    t->stop.on_best = read_metric(r, n, &grammar_stop, "on_best");
    t->stop.maximize = t->stop.on_best && higher_figure(r->spec, t->stop.on_best);
    t->stop.goal_given = read_goal(r, n, &grammar_stop, &t->stop.maximize);
    if (tree_find(n, "for") && !tree_find(n, "when"))
        diag_code(
            r->d, &tree_find_key(n, "for")->at, "missing",
            "train.stop.for counts epochs in which `when` holds; `when` is missing");
    if (tree_find(n, "min_delta") && !tree_find(n, "patience"))
        diag_code(r->d, &tree_find_key(n, "min_delta")->at, "missing",
                  "train.stop.min_delta goes with `patience`, which is missing");
}

static void read_retry(struct read *r, const struct node *train)
{
    const struct node *n = part_of(r, train, &grammar_retry);
    struct train_spec *t = &r->spec->train;

    if (!n || !n->n)
        return;
    value_int(n, &grammar_retry, "times", &t->retry.times, r->d);
    t->retry.unless = read_condition(r, n, &grammar_retry, "unless");
    if (!tree_find(n, "times") || !tree_find(n, "unless"))
        diag_code(
            r->d, &n->at, "missing",
            "train.retry needs both `times` and `unless`, a condition on the metrics");
}

/* `best: last`, unless a metric was given that name. */
static bool names_last(const struct read *r, const struct node *best)
{
    return best && best->kind == NODE_SCALAR && strcmp(best->text, "last") == 0 &&
           !figure_names_metric(r->spec, "last");
}

static void read_keep(struct read *r, const struct node *train)
{
    const struct node *n = part_of(r, train, &grammar_keep);
    struct train_spec *t = &r->spec->train;

    t->keep.maximize = t->stop.maximize;
    if (!n)
        return;
    t->keep.newest = names_last(r, tree_find(n, "best"));
    if (!t->keep.newest)
        t->keep.best = read_metric(r, n, &grammar_keep, "best");
    if (t->keep.best)
        t->keep.maximize = higher_figure(r->spec, t->keep.best);
    value_int(n, &grammar_keep, "every", &t->keep.every, r->d);
    value_bool(n, &grammar_keep, "last", &t->keep.last, r->d);
    t->keep.goal_given = read_goal(r, n, &grammar_keep, &t->keep.maximize);
}

static void refuse_later(struct read *r, const struct node *n)
{
    static const char *const words[] = { "average", "carry", NULL };

    for (size_t i = 0; words[i]; i++) {
        const struct node *key = tree_find_key(n, words[i]);

        if (key && tree_find(n, words[i])->kind != NODE_NULL)
            diag_code(r->d, &key->at, "later",
                      "train.%s comes with a later version; this one trains without it",
                      words[i]);
    }
}

static void read_length(struct read *r, const struct node *n, bool known)
{
    struct train_spec *t = &r->spec->train;
    int                epochs = value_int(n, &grammar_train, "epochs", &t->epochs, r->d);
    int                steps = value_int(n, &grammar_train, "steps", &t->steps, r->d);

    if (epochs > 0 && steps > 0)
        diag_code(r->d, &tree_find_key(n, "steps")->at, "two-lengths",
                  "train has epochs and steps; one of them says how long");
    if (!epochs && !steps && known && r->spec->loss.n) /* else it may be misspelt */
        diag_code(r->d, &n->at, "missing", "train needs epochs: N, or steps: N");
}

void train_read(struct read *r, const struct node *raw)
{
    struct train_spec *t = &r->spec->train;
    struct node       *n = vars_replace(r->vars, raw, r->d);
    int64_t            seed = 0;
    int                health = 0, measure = 0;

    if (n && n->kind != NODE_NULL && grammar_expect(n, NODE_MAP, "train", r->d))
        return;
    if (!n || n->kind != NODE_MAP)
        n = tree_new(r->a, NODE_MAP, (struct at){ 0 });
    t->at = n->at;
    bool known = grammar_check(n, &grammar_train, r->d) == 0;
    refuse_later(r, n);
    if (raw)
        read_length(r, n, known);
    value_int(n, &grammar_train, "batch", &t->batch, r->d);
    value_int(n, &grammar_train, "seed", &seed, r->d);
    value_int(n, &grammar_train, "accumulate", &t->accumulate, r->d);
    value_int(n, &grammar_train, "threads", &t->threads, r->d);
    value_bool(n, &grammar_train, "shuffle", &t->shuffle, r->d);
    value_choice(n, &grammar_train, "health", &health, r->d);
    t->health = (enum health)health;
    value_choice(n, &grammar_train, "measure", &measure, r->d);
    t->measures_both = measure > 0;
    read_stop(r, n);
    read_retry(r, n);
    read_keep(r, n);
    t->seed = (uint64_t)(r->options->seed >= 0 ? r->options->seed : seed);
}
