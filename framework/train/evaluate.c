/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/evaluate.h"

#include <math.h>
#include <string.h>

#include "run/step.h"

static void clear_metrics(struct session *s)
{
    for (size_t i = s->graph->first_layer; i < s->graph->n_nodes; i++) {
        const struct instance *inst = s->frames->node[i];
        bool                   metric = s->graph->nodes[i].role == ROLE_METRIC;
        for (uint32_t k = 0; metric && k < inst->ctx.n_state; k++)
            memset(inst->state[k].data, 0, tensor_bytes(&inst->state[k]));
    }
}

static const char *full_name(struct session *s, enum split split, const char *metric,
                             const char *detail)
{
    const char *part = split < N_SPLITS ? split_names[split] : "";
    const char *dot = split < N_SPLITS ? "." : "";

    return detail ? arena_printf(s->arena, "%s%s%s.%s", part, dot, metric, detail)
                  : arena_printf(s->arena, "%s%s%s", part, dot, metric);
}

/* A confusion table of 1000 classes would be a million figures: the rest is left out. */
enum { METRIC_MAX = 4096 };

struct sink { /* where the reports of a metric's finish go */
    struct session *s;
    struct figures *to;
    enum split      split;
    size_t          of_metric; /* figures that the metric at work has reported */
    bool            said;      /* one of them is its own, no detail */
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

    if (k->of_metric++ < METRIC_MAX || (!detail && !k->said))
        put(k, i->name, detail, value);
    k->said = k->said || !detail;
    return 0;
}

static int finish_metrics(struct session *s, struct sink *sink, struct diag *d)
{
    const struct listener l = { hear, sink };
    int                   rc = 0;

    for (size_t i = s->graph->first_layer; !rc && i < s->graph->n_nodes; i++) {
        struct instance *inst = s->frames->node[i];
        if (s->graph->nodes[i].role != ROLE_METRIC)
            continue;
        sink->of_metric = 0;
        sink->said = false;
        inst->listener = &l;
        rc = instance_call(inst, inst->type->desc->finish, "finish", d);
        inst->listener = NULL;
        if (rc >= 0 && !sink->said) /* a column of metrics.csv is that all the time */
            put(sink, inst->name, NULL, (double)NAN);
    }
    return rc < 0 ? -1 : 0;
}

static int add_batch(struct session *s, int64_t rows, double *sum, double *count,
                     struct diag *d)
{
    struct walk w = { .what = PLAN_EVAL };

    if (frames_rows(s->frames, rows, d) || step_run(s, &w, d))
        return -1;
    *sum += w.loss;
    *count += w.count;
    return 0;
}

static int finish(struct session *s, struct sink *k, double sum, double count,
                  struct diag *d)
{
    if (s->graph->loss >= 0)
        put(k, "loss", NULL, count ? sum / count : 0);
    return finish_metrics(s, k, d);
}

int evaluate_split(struct session *s, enum split split, struct figures *f, struct diag *d)
{
    struct sink sink = { .s = s, .to = f, .split = split };
    double      sum = 0, count = 0;
    int64_t     rows;

    clear_metrics(s);
    feed_start(s, split, false, 0, s->spec->train.batch, 0);
    for (;;) {
        if (feed_next(s, &rows, d))
            return -1;
        if (!rows)
            return finish(s, &sink, sum, count, d);
        if (add_batch(s, rows, &sum, &count, d))
            return -1;
    }
}

int evaluate_given(struct session *s, const struct given_rows *g, struct figures *f,
                   struct diag *d)
{
    struct sink sink = { .s = s, .to = f, .split = N_SPLITS };
    double      sum = 0, count = 0;
    int64_t     batch = s->spec->train.batch;

    clear_metrics(s);
    for (int64_t at = 0; at < g->rows; at += batch) {
        int64_t part = g->rows - at < batch ? g->rows - at : batch;
        if (feed_given(s, g, at, part, d) || add_batch(s, part, &sum, &count, d))
            return -1;
    }
    return finish(s, &sink, sum, count, d);
}

int evaluate_splits(struct session *s, struct figures *f, struct diag *d)
{
    for (int k = 0; k < N_SPLITS; k++)
        if (feed_rows(s, (enum split)k) && evaluate_split(s, (enum split)k, f, d))
            return -1;
    return 0;
}
