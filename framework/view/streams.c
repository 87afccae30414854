/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/streams.h"

#include <stdlib.h>
#include <string.h>

#include "call/loader.h"
#include "graph/units.h"
#include "run/feed.h"
#include "run/own_units.h"
#include "run/step.h"

/* ---- running rows through the model ---- */

void streams_open(struct streams *w, struct session *s)
{
    size_t n = s->graph->n_streams + 1;

    *w = (struct streams){ .session = s,
                           .v = arena_array(s->arena, n, sizeof *w->v),
                           .bytes = arena_array(s->arena, n, sizeof *w->bytes),
                           .room = arena_array(s->arena, n, sizeof *w->room) };
}

void streams_close(struct streams *w)
{
    for (size_t i = 0; w->bytes && i < w->session->graph->n_streams; i++)
        free(w->bytes[i]);
    for (int k = 0; k < 2; k++)
        free(w->own[k].data);
    *w = (struct streams){ 0 };
}

/* Appends the batch at hand to what is kept of every stream. */
static int collect(struct streams *w, int64_t done, int64_t all, struct diag *d)
{
    struct session *s = w->session;

    for (size_t i = 0; i < s->graph->n_streams; i++) {
        const nnp_tensor *t = frames_tensor(s->frames, (int)i);
        /* What an item for training makes is, in evaluation, what it reads. */
        const void *from = bind_value(s->frames, &s->memory, s->plans[PLAN_KEEP],
                                      graph_resolve(s->graph, (int)i, false));
        size_t      part = tensor_bytes(t);
        if (!from || !t->ndim || !t->shape[0]) {
            w->v[i].data = NULL;
            continue;
        }
        size_t row = part / (size_t)t->shape[0], need = row * (size_t)all + 1;
        if (w->room[i] < need) {
            unsigned char *more = realloc(w->bytes[i], need);
            if (!more)
                return diag_memory(d, "no memory for %lld rows of stream %s",
                                   (long long)all, s->graph->streams[i].name);
            w->bytes[i] = more;
            w->room[i] = need;
        }
        memcpy(w->bytes[i] + row * (size_t)done, from, part);
        if (!w->v[i].shape)
            w->v[i].shape = arena_array(s->arena, DECL_MAX_DIMS, sizeof(int64_t));
        int64_t *shape = w->v[i].shape;
        w->v[i] = *t;
        w->v[i].shape = shape;
        memcpy(shape, t->shape, (size_t)t->ndim * sizeof *shape);
        shape[0] = all;
        w->v[i].data = w->bytes[i];
    }
    return 0;
}

/* Beside the streams, which keep what the model made and was given: who asks for a stream
 * by its own name gets that. */
static int restore(struct streams *w, struct diag *d)
{
    const struct graph *g = w->session->graph;
    const int           of[2] = { g->prediction, g->target };

    if (!units_shared(g, g->prediction, g->target))
        return 0;
    for (int k = 0; k < 2; k++) {
        const nnp_tensor *t = &w->v[of[k]];
        float *copy = t->data ? realloc(w->own[k].data, tensor_bytes(t) + 1) : NULL;

        if (t->data && !copy)
            return diag_memory(d, "no memory for %lld rows in their own unit",
                               (long long)t->shape[0]);
        if (!t->data)
            free(w->own[k].data);
        w->own[k] = *t;
        w->own[k].data = copy;
        if (!copy)
            continue;
        memcpy(copy, t->data, tensor_bytes(t));
        own_units_restore(w->session, g->target, copy, (size_t)t->shape[0]);
    }
    return 0;
}

const char *streams_input(const struct session *s)
{
    int stream = s->graph->input;

    while (stream >= 0 && s->graph->streams[stream].node > 0)
        stream = s->graph->nodes[s->graph->streams[stream].node].in[0];
    return stream < 0 ? "x" : s->graph->streams[stream].name;
}

/* The batch at hand, rows from `done` of `all`. */
static int look(struct streams *w, int64_t rows, int64_t done, int64_t all,
                struct diag *d)
{
    struct walk keep = { .what = PLAN_KEEP };

    return frames_rows(w->session->frames, rows, d) || step_run(w->session, &keep, d) ||
           collect(w, done, all, d);
}

int streams_of_split(struct streams *w, enum split split, int64_t first, int64_t n,
                     struct diag *d)
{
    int64_t batch = w->session->spec->train.batch;

    for (int64_t at = 0; at < n; at += batch) {
        int64_t part = n - at < batch ? n - at : batch;
        if (feed_fetch(w->session, split, first + at, part, d) || look(w, part, at, n, d))
            return -1;
    }
    return restore(w, d);
}

int streams_of_given(struct streams *w, const struct given_rows *g, struct diag *d)
{
    int64_t batch = w->session->spec->train.batch;

    for (int64_t at = 0; at < g->rows; at += batch) {
        int64_t part = g->rows - at < batch ? g->rows - at : batch;
        if (feed_given(w->session, g, at, part, d) || look(w, part, at, g->rows, d))
            return -1;
    }
    return restore(w, d);
}

/* ---- names ---- */

int streams_number(const struct session *s, const char *name)
{
    if (strcmp(name, "prediction") == 0)
        return s->graph->prediction;
    if (strcmp(name, "target") == 0)
        return s->graph->target;
    return graph_find(s->graph, strcmp(name, "input") == 0 ? streams_input(s) : name);
}

const nnp_tensor *streams_find(const struct streams *w, const char *name)
{
    int k = strcmp(name, "prediction") == 0 ? 0 : strcmp(name, "target") == 0 ? 1 : -1;
    int i = streams_number(w->session, name);

    if (k >= 0 && w->own[k].data)
        return &w->own[k];
    return i >= 0 && w->v[i].data ? &w->v[i] : NULL;
}

const char *streams_source(const struct session *s, int stream, bool columns)
{
    const struct graph *g = s->graph;

    while (stream >= 0 && g->streams[stream].node > 0) {
        const struct graph_node *n = &g->nodes[g->streams[stream].node];
        int from = n->n_in && g->streams[stream].data ? n->in[0] : -1;

        if (columns && from >= 0 &&
            nnp_row(graph_tensor(g, from)) != nnp_row(graph_tensor(g, stream)))
            return NULL;
        stream = from;
    }
    return stream < 0 ? NULL : g->streams[stream].name;
}

const char *streams_class(const struct session *s, const char *stream, int64_t i)
{
    stream = streams_source(s, streams_number(s, stream), false);
    return stream ? loader_class(s->frames->node[0], stream, i) : NULL;
}

/* ---- gradients ---- */

/* What else the model reads is as the transforms make it of an empty row. */
static int empty_rows(struct session *s, int64_t n, struct diag *d)
{
    struct given_rows g;

    given_rows_only(&g, s, streams_input(s));
    double *x = calloc((size_t)(n * g.row) + 1, sizeof *x);
    g.x = x;
    g.rows = n;
    int rc = x ? feed_given(s, &g, 0, n, d)
               : diag_memory(d, "no memory for %lld rows", (long long)n);
    free(x);
    return rc;
}

static int slope_part(struct session *s, const struct slope *w, int64_t at, int64_t n,
                      struct diag *d)
{
    const struct plan *p = s->plans[PLAN_GRADIENT];
    size_t             row = nnp_row(graph_tensor(s->graph, s->graph->input));
    size_t             wide = nnp_row(graph_tensor(s->graph, w->stream));
    struct walk        back = { .what = PLAN_GRADIENT,
                                .factors = w->factors + (size_t)at * wide };

    if (empty_rows(s, n, d) || frames_rows(s->frames, n, d))
        return -1;
    s->memory.stream[s->graph->input] = (void *)(uintptr_t)(w->x + (size_t)at * row);
    if (step_run(s, &back, d))
        return -1;
    memcpy(w->dx + (size_t)at * row, bind_gradient(&s->memory, p, s->graph->input),
           (size_t)n * row * sizeof *w->dx);
    if (w->y)
        memcpy(w->y + (size_t)at * wide, bind_value(s->frames, &s->memory, p, w->stream),
               (size_t)n * wide * sizeof *w->y);
    return 0;
}

int streams_gradient(struct session *s, const struct slope *w, struct diag *d)
{
    const struct plan *p = s->plans[PLAN_GRADIENT];
    int64_t            batch = s->spec->train.batch;

    if (!p || p->of != w->stream) {
        if (session_gradient(s, w->stream, d))
            return -1;
        p = s->plans[PLAN_GRADIENT];
    }
    if (p->value[w->stream] < 0 || p->gradient[s->graph->input] < 0)
        return diag_error(d, NULL, "nothing of the input reaches stream %s",
                          s->graph->streams[w->stream].name);
    for (int64_t at = 0; at < w->n; at += batch)
        if (slope_part(s, w, at, w->n - at < batch ? w->n - at : batch, d))
            return -1;
    return 0;
}
