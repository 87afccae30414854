/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/data.h>
#include "run/all_rows.h"
#include "run/step.h"

/* A metric adds up in its states, batch after batch: a pass begins with zeros, or the
 * rows of the one before would count again. */
static void clear_metrics(const struct session *s)
{
    const struct memory *m = &s->memory;

    for (size_t i = 0; i < m->n_state; i++)
        if (m->state[i].node->role == ROLE_METRIC)
            memset(m->state[i].t->data, 0, tensor_bytes(m->state[i].t));
}

/* "val.accuracy.top5". Rows that a user gives belong to no part: N_SPLITS leaves it out.
 */
static const char *full_name(struct session *s, enum split split, const char *metric,
                             const char *detail)
{
    const char *part = split < N_SPLITS ? split_names[split] : "";
    const char *dot = split < N_SPLITS ? "." : "";

    return detail ? arena_printf(s->arena, "%s%s%s.%s", part, dot, metric, detail)
                  : arena_printf(s->arena, "%s%s%s", part, dot, metric);
}

struct sink { /* where the reports of a metric's finish go */
    struct session *s;
    struct figures *to;
    enum split      split;
    bool            said; /* one of them is its own, no detail */
};

/* Does NAME begin with TEXT, and go on with a dot or end? What is behind it, or NULL. */
static const char *behind(const char *name, const char *text)
{
    size_t n = strlen(text);

    if (!name || strncmp(name, text, n) != 0 || (name[n] && name[n] != '.'))
        return NULL;
    return name + n + (name[n] == '.');
}

static bool is_called(const char *name, enum split split, const char *metric,
                      const char *detail)
{
    name = split < N_SPLITS ? behind(name, split_names[split]) : name;
    name = behind(name, metric);
    return name && strcmp(name, detail ? detail : "") == 0;
}

/* Mostly the same figures come every epoch: their names are made once. */
static void put(const struct sink *k, const char *metric, const char *detail,
                double value)
{
    struct figure *f = figures_next(k->to);

    if (!is_called(f->name, k->split, metric, detail))
        f->name = full_name(k->s, k->split, metric, detail);
    f->value = value;
    f->detail = detail != NULL;
}

static int hear(void *arg, struct instance *i, const char *key, double value)
{
    struct sink *k = arg;
    const char  *detail = component_detail(i->type, key);

    put(k, i->name, detail, value);
    k->said = k->said || !detail;
    return 0;
}

/* What a metric reports in finish is what came of the whole pass. It is heard in finish
 * alone: a number said for one batch is no figure. */
static int finish_metrics(const struct session *s, struct sink *sink, struct diag *d)
{
    const struct listener l = { hear, sink };
    int                   rc = 0;

    for (size_t i = s->graph->first_layer; !rc && i < s->graph->n_nodes; i++) {
        struct instance *inst = s->frames->node[i];
        if (s->graph->nodes[i].role != ROLE_METRIC)
            continue;
        sink->said = false;
        inst->listener = &l;
        rc = instance_call(inst, inst->type->desc->finish, "finish", d);
        inst->listener = NULL;
        if (rc >= 0 && !sink->said) /* a column of metrics.csv is that all the time */
            put(sink, inst->name, NULL, (double)NAN);
    }
    return rc < 0 ? -1 : 0;
}

/* ---- a pass over rows ---- */

struct tally {
    struct session  *s;
    struct walk      walk; /* with the metrics that want all rows */
    double           loss, count;
    struct all_rows *whole;
};

static bool wants_all(const struct graph_node *n)
{
    return n->role == ROLE_METRIC && n->item->type->desc->flags & NNP_ALL_ROWS;
}

/* Room for the metrics that want all of so many rows, taken before the first batch, so
 * that too many are refused at once. close_tally in any case. */
static int open_tally(struct tally *t, struct session *s, int64_t rows, struct diag *d)
{
    const struct graph *g = s->graph;
    size_t              n = 0;

    *t = (struct tally){ .s = s, .walk.what = PLAN_EVAL };
    clear_metrics(s);
    for (size_t i = g->first_layer; i < g->n_nodes; i++)
        n += wants_all(&g->nodes[i]);
    if (!n)
        return 0;
    t->whole = calloc(n, sizeof *t->whole);
    if (!t->whole)
        return diag_memory(d, "no memory for metrics of all rows");
    t->walk.whole = t->whole;
    for (size_t i = g->first_layer; i < g->n_nodes; i++)
        if (wants_all(&g->nodes[i]) &&
            all_rows_open(&t->whole[t->walk.n_whole++], s, &g->nodes[i], rows, d))
            return -1;
    return 0;
}

/* Loss and rows are summed and divided once at the end, so that a short last batch has no
 * more say than its rows have. The place of the batch is where all_rows_take puts it. */
static int add_batch(struct tally *t, int64_t rows, struct diag *d)
{
    if (frames_rows(t->s->frames, rows, d) || step_run(t->s, &t->walk, d))
        return -1;
    t->loss += t->walk.loss;
    t->count += t->walk.count;
    t->walk.first += rows;
    return 0;
}

/* A metric of all rows was only given them by the steps (walk.whole); its one fit comes
 * here, with all of them as its input. */
static int fit_whole(struct tally *t, struct diag *d)
{
    for (size_t k = 0; k < t->walk.n_whole; k++) {
        struct instance *i = t->whole[k].inst;
        if (all_rows_begin(&t->whole[k], d) ||
            instance_call(i, i->type->desc->fit, "fit", d) < 0)
            return -1;
    }
    return 0;
}

static int finish(struct tally *t, struct sink *k, struct diag *d)
{
    if (t->s->graph->loss >= 0)
        put(k, "loss", NULL, t->count ? t->loss / t->count : 0);
    return fit_whole(t, d) || finish_metrics(t->s, k, d) ? -1 : 0;
}

/* all_rows_close sets the frames up for batches again, which can fail as any setup. After
 * a failure nothing more is called, and only memory is given back. */
static int close_tally(struct tally *t, int rc, struct diag *d)
{
    for (size_t k = 0; k < t->walk.n_whole; k++)
        if (all_rows_close(&t->whole[k], rc != 0, d))
            rc = -1;
    free(t->whole);
    return rc;
}

/* In the order of the part and never shuffled, so that sums are added in the same order
 * and the figures of two passes over the same weights are the same bits. */
static int over_split(struct tally *t, enum split split, struct sink *k, struct diag *d)
{
    int64_t rows;

    feed_start(t->s, split, false, 0, t->s->spec->train.batch, 0);
    for (;;) {
        if (feed_next(t->s, &rows, d))
            return -1;
        if (!rows)
            return finish(t, k, d);
        if (add_batch(t, rows, d))
            return -1;
    }
}

int evaluate_split(struct session *s, enum split split, struct figures *f, struct diag *d)
{
    struct sink  sink = { .s = s, .to = f, .split = split };
    struct tally t;
    int          rc = open_tally(&t, s, feed_rows(s, split), d);

    return close_tally(&t, rc ? rc : over_split(&t, split, &sink, d), d);
}

/* In batches of the same size as in training: that is what the slab has room for. */
static int over_given(struct tally *t, const struct given_rows *g, struct sink *k,
                      struct diag *d)
{
    int64_t batch = t->s->spec->train.batch;

    for (int64_t at = 0; at < g->rows; at += batch) {
        int64_t part = g->rows - at < batch ? g->rows - at : batch;
        if (feed_given(t->s, g, at, part, d) || add_batch(t, part, d))
            return -1;
    }
    return finish(t, k, d);
}

int evaluate_given(struct session *s, const struct given_rows *g, struct figures *f,
                   struct diag *d)
{
    struct sink  sink = { .s = s, .to = f, .split = N_SPLITS };
    struct tally t;
    int          rc = open_tally(&t, s, g->rows, d);

    return close_tally(&t, rc ? rc : over_given(&t, g, &sink, d), d);
}

int evaluate_splits(struct session *s, struct figures *f, struct diag *d)
{
    for (int k = 0; k < N_SPLITS; k++)
        if (feed_rows(s, (enum split)k) && evaluate_split(s, (enum split)k, f, d))
            return -1;
    return 0;
}
