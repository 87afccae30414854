/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

#include "run/feed.h"

/* ---- running rows through the model ---- */

int view_open(struct view *v, struct session *s, struct trainer *t, struct report *r,
              const char *folder, struct diag *d)
{
    size_t n = s->graph->n_streams + 1;

    *v = (struct view){
        .session = s, .trainer = t, .report = r, .folder = folder, .diag = d
    };
    v->result = arena_array(s->arena, n, sizeof *v->result);
    v->bytes = arena_array(s->arena, n, sizeof *v->bytes);
    v->room = arena_array(s->arena, n, sizeof *v->room);
    return 0;
}

void view_close(struct view *v)
{
    for (size_t i = 0; v->bytes && i < v->session->graph->n_streams; i++)
        free(v->bytes[i]);
    for (size_t i = 0; i < v->n_parts; i++)
        free((void *)(uintptr_t)v->parts[i].bytes);
    free(v->parts);
    v->parts = NULL;
    v->n_parts = 0;
}

/* What an item for training makes is, in evaluation, what it reads. */
static const void *at_hand(const struct session *s, size_t i)
{
    const struct plan *p = s->plans[PLAN_KEEP];
    int                r = graph_resolve(s->graph, (int)i, false);

    if (s->graph->streams[r].data)
        return s->stream[r];
    return p->value[r] < 0 ? NULL : s->slab + p->buffers[p->value[r]].offset;
}

/* Appends the batch at hand to what the view keeps of every stream. */
static int collect(struct view *v, int64_t done, int64_t all, struct diag *d)
{
    struct session *s = v->session;

    for (size_t i = 0; i < s->graph->n_streams; i++) {
        const nnp_tensor *t = graph_tensor(s->graph, (int)i);
        const void       *from = at_hand(s, i);
        size_t            part = tensor_bytes(t);
        if (!from || !t->ndim || !t->shape[0]) {
            v->result[i].data = NULL;
            continue;
        }
        size_t row = part / (size_t)t->shape[0], need = row * (size_t)all + 1;
        if (v->room[i] < need) {
            unsigned char *more = realloc(v->bytes[i], need);
            if (!more)
                return diag_error(d, NULL, "no memory for %lld rows of stream %s",
                                  (long long)all, s->graph->streams[i].name);
            v->bytes[i] = more;
            v->room[i] = need;
        }
        memcpy(v->bytes[i] + row * (size_t)done, from, part);
        if (!v->result[i].shape)
            v->result[i].shape =
                arena_array(s->arena, INSTANCE_MAX_DIMS, sizeof(int64_t));
        int64_t *shape = v->result[i].shape;
        v->result[i] = *t;
        v->result[i].shape = shape;
        memcpy(shape, t->shape, (size_t)t->ndim * sizeof *shape);
        shape[0] = all;
        v->result[i].data = v->bytes[i];
    }
    return 0;
}

const char *view_input(const struct session *s)
{
    int stream = s->graph->input;

    while (stream >= 0 && s->graph->streams[stream].node > 0)
        stream = s->graph->nodes[s->graph->streams[stream].node].in[0];
    return stream < 0 ? "x" : s->graph->streams[stream].name;
}

int view_given(struct view *v, const struct given *g, struct diag *d)
{
    struct session *s = v->session;
    int64_t         batch = s->spec->train.batch;

    v->rows = g->rows;
    for (int64_t at = 0; at < g->rows; at += batch) {
        int64_t part = g->rows - at < batch ? g->rows - at : batch;
        double  sum, count;
        if (feed_given(s, g, at, part, d) || step_rows(s, part, d) ||
            step_run(s, PLAN_KEEP, &sum, &count, d) || collect(v, at, g->rows, d))
            return -1;
    }
    return 0;
}

int view_eval(struct view *v, int split, int64_t first, int64_t n, const char *input,
              const float *x, struct diag *d)
{
    struct session *s = v->session;
    int64_t         batch = s->spec->train.batch;
    struct given    g;

    if (split < 0) {
        given_only(&g, s, input);
        g.x = x;
        g.rows = n;
        return view_given(v, &g, d);
    }
    v->rows = n;
    for (int64_t at = 0; at < n; at += batch) {
        int64_t part = n - at < batch ? n - at : batch;
        double  sum, count;
        if (feed_fetch(s, (enum split)split, first + at, part, d) ||
            step_rows(s, part, d) || step_run(s, PLAN_KEEP, &sum, &count, d) ||
            collect(v, at, n, d))
            return -1;
    }
    return 0;
}

static const struct graph_node *first_loss(const struct session *s)
{
    for (size_t i = s->graph->first_layer; i < s->graph->n_nodes; i++)
        if (s->graph->nodes[i].role == ROLE_LOSS)
            return &s->graph->nodes[i];
    return NULL;
}

static int prediction(const struct session *s)
{
    const struct graph_node *loss = first_loss(s);

    for (uint32_t k = 0; loss && k < loss->n_out; k++)
        if (strcmp(instance_decl(&loss->inst, NNP_OUT, k)->name, "prediction") == 0)
            return loss->out[k];
    return loss ? loss->in[0] : s->graph->output;
}

static int target(const struct session *s)
{
    const struct graph_node *loss = first_loss(s);

    return loss ? loss->in[1] : graph_find(s->graph, "y");
}

int view_number(const struct session *s, const char *name)
{
    return strcmp(name, "prediction") == 0 ? prediction(s)
           : strcmp(name, "target") == 0   ? target(s)
           : strcmp(name, "input") == 0    ? graph_find(s->graph, view_input(s))
                                           : graph_find(s->graph, name);
}

const nnp_tensor *view_stream(struct view *v, const char *name)
{
    int i = view_number(v->session, name);

    return i >= 0 && v->result[i].data ? &v->result[i] : NULL;
}

/* ---- gradients ---- */

/* What else the model reads is as the transforms make it of an empty row. */
static int empty_rows(struct session *s, int64_t n, struct diag *d)
{
    struct given g;

    given_only(&g, s, view_input(s));
    float *x = calloc((size_t)(n * g.row) + 1, sizeof *x);
    g.x = x;
    g.rows = n;
    int rc = x ? feed_given(s, &g, 0, n, d)
               : diag_error(d, NULL, "no memory for %lld rows", (long long)n);
    free(x);
    return rc;
}

static int slope_part(struct view *v, const struct slope *w, int64_t at, int64_t n,
                      struct diag *d)
{
    struct session    *s = v->session;
    const struct plan *p = s->plans[PLAN_GRADIENT];
    size_t             row = nnp_row(graph_tensor(s->graph, s->graph->input));
    size_t             wide = nnp_row(graph_tensor(s->graph, w->stream));
    double             sum, count;

    if (empty_rows(s, n, d) || step_rows(s, n, d))
        return -1;
    s->stream[s->graph->input] = (void *)(uintptr_t)(w->x + (size_t)at * row);
    s->factors = w->factors + (size_t)at * wide;
    if (step_run(s, PLAN_GRADIENT, &sum, &count, d))
        return -1;
    memcpy(w->dx + (size_t)at * row,
           s->slab + p->buffers[p->gradient[s->graph->input]].offset,
           (size_t)n * row * sizeof *w->dx);
    if (w->y)
        memcpy(w->y + (size_t)at * wide, s->slab + p->buffers[p->value[w->stream]].offset,
               (size_t)n * wide * sizeof *w->y);
    return 0;
}

int view_gradient(struct view *v, const struct slope *w, struct diag *d)
{
    struct session    *s = v->session;
    const struct plan *p = s->plans[PLAN_GRADIENT];
    int64_t            batch = s->spec->train.batch;

    if (!p || p->of != w->stream) {
        if (step_rows(s, batch, d) || session_gradient(s, w->stream, d))
            return -1;
        p = s->plans[PLAN_GRADIENT];
    }
    if (p->value[w->stream] < 0 || p->gradient[s->graph->input] < 0)
        return diag_error(d, NULL, "nothing of the input reaches stream %s",
                          s->graph->streams[w->stream].name);
    for (int64_t at = 0; at < w->n; at += batch)
        if (slope_part(v, w, at, w->n - at < batch ? w->n - at : batch, d))
            return -1;
    return 0;
}
