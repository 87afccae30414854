/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/feed.h"

#include <stdlib.h>
#include <string.h>

#include "run/feed_ahead.h"
#include "run/stage_input.h"

enum { AHEAD_BYTES = 1 << 16 };

struct feed {
    struct session   *session;
    struct feed_pass  pass;
    struct feed_ahead ahead;
    int64_t           sized_for; /* rows the data's nodes were last set up for */
};

/* ---- making a batch ---- */

/* Streams of the model that are taken as computed before. */
static void take_cached(const struct session *s, struct feed_place *to)
{
    for (size_t i = 0; s->cached && i < s->graph->n_streams; i++)
        if (graph_given(s->graph, (int)i))
            stage_input_take(s->cached, to->index, to->rows, to->stream[i]);
}

static int resize(struct feed *f, int64_t rows, struct diag *d)
{
    if (f->sized_for == rows)
        return 0;
    f->sized_for = 0;
    if (frames_rows_data(f->session->frames, rows, d))
        return -1;
    f->sized_for = rows;
    return 0;
}

static void bind_scratch(struct instance *inst, const struct feed_place *to)
{
    size_t at = 0;

    for (uint32_t k = 0; k < inst->ctx.n_scratch; k++) {
        inst->scratch[k].data = to->scratch + at;
        at += plan_round(tensor_bytes(&inst->scratch[k]));
    }
}

static void bind_inputs(const struct session *s, size_t node, const struct feed_place *to,
                        bool train)
{
    const struct graph_node *n = &s->graph->nodes[node];

    for (uint32_t k = 0; k < n->n_in; k++)
        s->frames->node[node]->in[k].data =
            to->stream[graph_resolve(s->graph, n->in[k], train)];
}

static int call(const struct session *s, size_t node, struct feed_place *to, bool train,
                uint64_t step, struct diag *d)
{
    const struct graph_node *n = &s->graph->nodes[node];
    struct instance         *inst = s->frames->node[node];

    inst->ctx.flags = train ? NNP_TRAIN : 0;
    inst->ctx.step = step;
    instance_key(inst, train ? "train" : "eval", step);
    for (uint32_t k = 0; k < n->n_out; k++)
        inst->out[k].data = to->stream[n->out[k]];
    bind_scratch(inst, to);
    if (n->role == ROLE_LOADER)
        inst->in[0].data = to->index;
    bind_inputs(s, node, to, train);
    return instance_call(inst, inst->type->desc->forward, "forward", d) < 0 ? -1 : 0;
}

static int transform(const struct session *s, struct feed_place *to, bool train,
                     uint64_t step, size_t end, struct diag *d)
{
    for (size_t i = 1; i < end; i++)
        if (graph_runs(&s->graph->nodes[i], train) && call(s, i, to, train, step, d))
            return -1;
    return 0;
}

static int load(struct feed *f, struct feed_place *to, bool train, uint64_t step,
                struct diag *d)
{
    const struct session *s = f->session;

    if (resize(f, to->rows, d) || call(s, 0, to, train, step, d) ||
        transform(s, to, train, step, s->graph->first_layer, d))
        return -1;
    take_cached(s, to);
    return 0;
}

static void make_next(void *arg, struct feed_place *to, struct diag *d)
{
    struct feed            *f = arg;
    struct feed_pass       *p = &f->pass;
    const struct row_range *splits = f->session->splits;

    to->rows = feed_rows_next(splits, p);
    to->rc = 0;
    if (!to->rows)
        return;
    feed_rows_choose(f->session, p, to->rows, to->index);
    to->rc = load(f, to, p->shuffled, feed_rows_number(splits, p), d);
    p->next += to->rows;
    p->number++;
}

/* ---- batches for the model ---- */

static void hand_out(struct session *s, struct feed_place *p)
{
    memcpy(s->stream, p->stream, s->graph->n_streams * sizeof *s->stream);
}

void feed_start(struct session *s, enum split split, bool shuffled, uint64_t epoch,
                int64_t batch, int64_t skip)
{
    struct feed *f = s->feed;

    feed_ahead_settle(&f->ahead);
    f->pass = feed_rows_pass(s->splits, split, shuffled, epoch, batch, skip);
    feed_ahead_ask(&f->ahead);
}

int feed_next(struct session *s, int64_t *rows, struct diag *d)
{
    struct feed_ahead *a = &s->feed->ahead;
    struct feed_place *p = feed_ahead_take(a, d);

    if (!p)
        return -1;
    *rows = p->rows;
    if (!p->rows)
        return 0;
    hand_out(s, p);
    feed_ahead_turn(a);
    return 0;
}

int feed_fetch(struct session *s, enum split split, int64_t first, int64_t n,
               struct diag *d)
{
    struct feed_place *p = feed_ahead_settle(&s->feed->ahead);
    struct feed_pass   pass = {
          split, false, 0, n, first, (uint64_t)(first / (n ? n : 1))
    };

    p->rows = n;
    feed_rows_choose(s, &pass, n, p->index);
    if (load(s->feed, p, false, pass.number, d))
        return -1;
    hand_out(s, p);
    return 0;
}

int feed_given(struct session *s, const struct given_rows *g, int64_t first, int64_t n,
               struct diag *d)
{
    struct feed_place       *p = feed_ahead_settle(&s->feed->ahead);
    const struct graph_node *loader = &s->graph->nodes[0];

    p->rows = n;
    if (s->cached)
        return diag_error(d, NULL,
                          "stream %s was computed before, for the rows of the "
                          "data; no other rows can be given",
                          s->cached->stream);
    if (resize(s->feed, n, d))
        return -1;
    for (uint32_t k = 0; k < loader->n_out; k++) {
        nnp_tensor t = s->frames->node[0]->out[k];
        t.data = p->stream[loader->out[k]];
        given_rows_take(g, k, first, &t);
    }
    if (transform(s, p, false, 0, s->graph->first_layer, d))
        return -1;
    hand_out(s, p);
    return 0;
}

int feed_before(struct session *s, size_t node, int64_t first, int64_t n, struct diag *d)
{
    struct feed_place *p = feed_ahead_settle(&s->feed->ahead);
    struct feed_pass   pass = { SPLIT_TRAIN, false, 0, n, first, 0 };

    p->rows = n;
    feed_rows_choose(s, &pass, n, p->index);
    if (resize(s->feed, n, d) || call(s, 0, p, false, 0, d) ||
        transform(s, p, false, 0, node, d))
        return -1;
    bind_inputs(s, node, p, false);
    bind_scratch(s->frames->node[node], p);
    return 0;
}

/* ---- open and close ---- */

/* The most that one of the data's nodes asks for, set up for a whole batch. */
static size_t scratch_bytes(const struct frames *f)
{
    size_t most = 0;

    for (size_t i = 0; i < f->graph->first_layer; i++) {
        const struct instance *inst = f->node[i];
        size_t                 bytes = 0;
        for (uint32_t k = 0; k < inst->ctx.n_scratch; k++)
            bytes += plan_round(tensor_bytes(&inst->scratch[k]));
        most = bytes > most ? bytes : most;
    }
    return most;
}

static size_t row_bytes(const struct graph *g, size_t stream)
{
    const nnp_tensor *t = graph_tensor(g, (int)stream);

    return nnp_row(t) * dtype_size(nnp_type(t));
}

static size_t place_bytes(const struct frames *f, int64_t batch)
{
    size_t bytes = plan_round((size_t)batch * sizeof(int64_t));

    for (size_t i = 0; i < f->graph->n_streams; i++)
        if (f->graph->streams[i].data)
            bytes += plan_round(row_bytes(f->graph, i) * (size_t)batch);
    return bytes + scratch_bytes(f);
}

size_t feed_bytes(const struct frames *f, int64_t batch)
{
    return FEED_PLACES * place_bytes(f, batch);
}

static int make_place(struct session *s, struct feed_place *p, int64_t batch,
                      struct diag *d)
{
    const struct graph *g = s->graph;
    size_t              at = plan_round((size_t)batch * sizeof(int64_t));

    p->slab = aligned_alloc(PLAN_ALIGN, place_bytes(s->frames, batch));
    if (!p->slab)
        return diag_error(d, NULL, "no memory for a batch of %lld rows",
                          (long long)batch);
    p->index = (int64_t *)p->slab;
    p->stream = arena_array(s->arena, g->n_streams + 1, sizeof *p->stream);
    for (size_t i = 0; i < g->n_streams; i++) {
        if (!g->streams[i].data)
            continue;
        p->stream[i] = p->slab + at;
        at += plan_round(row_bytes(g, i) * (size_t)batch);
    }
    p->scratch = p->slab + at;
    return 0;
}

/* A schedule that turns a knob of the data's part must not race with a batch made ahead.
 */
static bool may_run_ahead(const struct session *s, int64_t batch)
{
    for (size_t k = 0; k < s->spec->optim.n_schedule; k++)
        if (strncmp(s->spec->optim.schedule[k].path, "data.", 5) == 0)
            return false;
    return place_bytes(s->frames, batch) >= AHEAD_BYTES && pool_width(s->pool) > 1;
}

int feed_open(struct session *s, int64_t batch, struct diag *d)
{
    struct feed *f = arena_alloc(s->arena, sizeof *f);

    f->session = s;
    if (frames_rows_data(s->frames, batch, d) || feed_rows_find(s, d))
        return -1;
    f->sized_for = batch;
    feed_ahead_open(&f->ahead, make_next, f, may_run_ahead(s, batch));
    s->feed = f;
    for (int i = 0; i < FEED_PLACES; i++)
        if (make_place(s, &f->ahead.place[i], batch, d))
            return -1;
    return 0;
}

void feed_close(struct session *s)
{
    if (s->feed)
        feed_ahead_close(&s->feed->ahead);
    s->feed = NULL;
}
