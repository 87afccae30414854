/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/feed.h"

#include <stdlib.h>
#include <string.h>

#include "run/stage_input.h"

enum { AHEAD_BYTES = 1 << 16 };

struct feed {
    struct session           *session;
    const struct stage_input *cached; /* a stream that comes with the data, or NULL */
    struct feed_pass          pass;
    struct feed_ahead         ahead;
    int64_t                   sized_for; /* rows the data's nodes were last set up for */
};

/* ---- making a batch ---- */

/* Streams of the model that are taken as computed before. */
static void take_cached(const struct feed *f, struct feed_place *to)
{
    const struct graph *g = f->session->graph;

    for (size_t i = 0; f->cached && i < g->n_streams; i++)
        if (graph_given(g, (int)i))
            stage_input_take(f->cached, to->at.index, to->rows, to->at.stream[i]);
}

/* The data's part has row counts of its own, because it may be at work on the short last
 * batch while the model still has a full one. sized_for is 0 in the meantime, so that a
 * setup that failed half-way is done again and not taken for finished. */
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

/* This may run on the thread ahead while the training moves the pace on. So the step is
 * handed in as the number of the batch, and step_clock, which reads the pace, is not
 * used. In evaluation the first row keys the random numbers: the same rows get the same
 * ones. */
static int call(const struct session *s, size_t node, struct feed_place *to, bool train,
                uint64_t step, struct diag *d)
{
    struct instance *inst = s->frames->node[node];

    inst->ctx.flags = train ? NNP_TRAIN : 0;
    inst->ctx.step = step;
    instance_key(inst, train ? "train" : "eval",
                 train ? step : (uint64_t)to->at.index[0]);
    bind_node(s->frames, node, &to->at, train);
    return instance_call(inst, inst->type->desc->forward, "forward", d) < 0 ? -1 : 0;
}

/* ---- a test part of its own ---- */

/* As many rows, one behind the other, as the batch has. */
static int size_tests(struct instance *i, int64_t rows, struct diag *d)
{
    nnp_tensor in = i->in[0];

    if (in.shape[0] == rows)
        return 0;
    in.shape[0] = rows;
    return instance_setup(i, &in, 1, NULL, 0, 0, d);
}

/* Its streams go where those of the same name go. The two loaders may declare them in
 * another order, and a stream that the first does not have goes nowhere. */
static void bind_tests(const struct session *s, struct instance *i, struct feed_place *to)
{
    const struct instance *loader = s->frames->node[0];

    for (uint32_t k = 0; k < i->ctx.n_out; k++) {
        i->out[k].data = NULL;
        for (uint32_t m = 0; m < loader->ctx.n_out; m++)
            if (strcmp(instance_decl(i, NNP_OUT, k)->name,
                       instance_decl(loader, NNP_OUT, m)->name) == 0)
                i->out[k].data = to->at.stream[s->graph->nodes[0].out[m]];
    }
}

/* Rows behind those of the loader; its numbers begin at 0. They are turned back after the
 * call, because the transforms' keys, take_cached and hand_out read them as numbers of
 * all rows. */
static int call_tests(const struct session *s, struct feed_place *to, struct diag *d)
{
    struct instance *i = s->spec->data.tests;
    int64_t          first = s->frames->node[0]->rows.count;

    if (size_tests(i, to->rows, d))
        return -1;
    bind_tests(s, i, to);
    for (int64_t r = 0; r < to->rows; r++)
        to->at.index[r] -= first;
    i->in[0].data = to->at.index;
    instance_key(i, "eval", (uint64_t)to->at.index[0]);
    int rc = instance_call(i, i->type->desc->forward, "forward", d) < 0 ? -1 : 0;
    for (int64_t r = 0; r < to->rows; r++)
        to->at.index[r] += first;
    return rc;
}

/* Of the loader: a batch comes from one of the two. */
static int call_loader(const struct session *s, struct feed_place *to, bool train,
                       uint64_t step, struct diag *d)
{
    if (s->spec->data.tests && to->at.index[0] >= s->frames->node[0]->rows.count)
        return call_tests(s, to, d);
    return call(s, 0, to, train, step, d);
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

    if (resize(f, to->rows, d) || call_loader(s, to, train, step, d) ||
        transform(s, to, train, step, s->graph->first_layer, d))
        return -1;
    take_cached(f, to);
    return 0;
}

/* Runs on the thread ahead if there is one. It works with `pass`, which feed_start
 * therefore only writes after feed_ahead_settle. */
static void make_next(void *arg, struct feed_place *to, struct diag *d)
{
    struct feed            *f = arg;
    struct feed_pass       *p = &f->pass;
    const struct row_range *splits = f->session->splits;

    to->rows = feed_rows_next(splits, p);
    to->rc = 0;
    if (!to->rows)
        return;
    feed_rows_choose(f->session, p, to->rows, to->at.index);
    to->rc = load(f, to, p->shuffled, feed_rows_number(splits, p), d);
    p->next += to->rows;
    p->number++;
}

/* ---- batches for the model ---- */

/* Only the addresses are handed on: bind_plan points the model at the place itself, and
 * the rows are never copied. */
static void hand_out(struct session *s, struct feed_place *p)
{
    s->batch.row = (uint64_t)p->at.index[0];
    memcpy(s->memory.stream, p->at.stream,
           s->graph->n_streams * sizeof *s->memory.stream);
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

/* This and the next two take the place that the thread ahead would fill next. A batch
 * made ahead is lost with that, so who was in the middle of a pass has to begin one anew.
 */
int feed_fetch(struct session *s, enum split split, int64_t first, int64_t n,
               struct diag *d)
{
    struct feed_place *p = feed_ahead_settle(&s->feed->ahead);
    struct feed_pass   pass = {
          split, false, 0, n, first, (uint64_t)(first / (n ? n : 1))
    };

    p->rows = n;
    feed_rows_choose(s, &pass, n, p->at.index);
    if (load(s->feed, p, false, pass.number, d))
        return -1;
    hand_out(s, p);
    return 0;
}

/* A transform that is left out: its first output is its input. What else it makes was
 * given. */
static void pass_by(const struct session *s, size_t node, struct feed_place *to)
{
    struct instance *inst = s->frames->node[node];

    bind_node(s->frames, node, &to->at, false);
    const nnp_tensor *x = &inst->in[0], *y = &inst->out[0];
    if (nnp_type(x) == nnp_type(y))
        memcpy(y->data, x->data, tensor_bytes(y));
    for (size_t i = 0, n = nnp_type(x) == nnp_type(y) ? 0 : nnp_count(y); i < n; i++) {
        double v = nnp_number(x, i);
        dtype_put(nnp_type(y), y->data, (int64_t)i, &v, 1);
    }
}

static int transform_given(const struct session *s, const struct given_rows *g,
                           struct feed_place *p, struct diag *d)
{
    for (size_t i = 1; i < s->graph->first_layer; i++) {
        if (!g->corrupt && given_rows_leaves(s, i))
            pass_by(s, i, p);
        else if (graph_runs(&s->graph->nodes[i], false) && call(s, i, p, false, 0, d))
            return -1;
    }
    return 0;
}

int feed_given(struct session *s, const struct given_rows *g, int64_t first, int64_t n,
               struct diag *d)
{
    struct feed_place *p = feed_ahead_settle(&s->feed->ahead);

    p->rows = n;
    if (s->feed->cached)
        return diag_error(d, NULL,
                          "stream %s was computed before, for the rows of the "
                          "data; no other rows can be given",
                          s->feed->cached->stream);
    /* The shapes that g->to takes over below are those of the loader after this. */
    if (resize(s->feed, n, d))
        return -1;
    p->at.index[0] = first; /* keys what is drawn for these rows */
    for (uint32_t k = 0; k < g->n; k++) {
        const struct stream *of = &s->graph->streams[g->stream[k].stream];
        g->to[k] = s->frames->node[of->node]->out[of->output];
        g->to[k].data = p->at.stream[g->stream[k].stream];
    }
    if (given_rows_take(g, first, n, p->at.index, d) || transform_given(s, g, p, d))
        return -1;
    hand_out(s, p);
    return 0;
}

int feed_before(struct session *s, size_t node, int64_t first, int64_t n, struct diag *d)
{
    struct feed_place *p = feed_ahead_settle(&s->feed->ahead);
    struct feed_pass   pass = { SPLIT_TRAIN, false, 0, n, first, 0 };

    p->rows = n;
    feed_rows_choose(s, &pass, n, p->at.index);
    if (resize(s->feed, n, d) || call(s, 0, p, false, 0, d) ||
        transform(s, p, false, 0, node, d))
        return -1;
    bind_node(s->frames, node, &p->at, false);
    return 0;
}

/* ---- open and close ---- */

/* A schedule that turns a knob of the data's part must not race with a batch made ahead:
 * the batch would have the value of before or after, as it happens. With one thread in
 * the pool the user wants no second, or the machine has no processor for it. */
static bool may_run_ahead(const struct session *s, int64_t batch)
{
    for (size_t k = 0; k < s->spec->optim.n_schedule; k++)
        if (strncmp(s->spec->optim.schedule[k].path, "data.", 5) == 0)
            return false;
    return bind_tray_bytes(s->frames, batch) >= AHEAD_BYTES &&
           pool_width(s->services.pool) > 1;
}

/* Rows from the loader alone, before there are splits: what deals rows by their classes
 * has to see them first. Nobody has asked the thread ahead for a batch yet, so place 0 is
 * free. */
static int read_rows(void *arg, int out, int64_t first, int64_t n, nnp_tensor *to,
                     struct diag *d)
{
    struct feed          *f = arg;
    const struct session *s = f->session;
    struct feed_place    *p = &f->ahead.place[0];

    p->rows = n;
    for (int64_t i = 0; i < n; i++)
        p->at.index[i] = first + i;
    if (resize(f, n, d) || call_loader(s, p, false, 0, d))
        return -1;
    *to = s->frames->node[0]->out[out];
    to->data = p->at.stream[s->graph->nodes[0].out[out]];
    return 0;
}

int feed_open(struct session *s, const struct stage_input *cached, int64_t batch,
              struct diag *d)
{
    struct feed *f = arena_alloc(s->arena, sizeof *f);

    f->session = s;
    f->cached = cached && cached->bytes ? cached : NULL;
    if (frames_rows_data(s->frames, batch, d))
        return -1;
    f->sized_for = batch;
    feed_ahead_open(&f->ahead, make_next, f, may_run_ahead(s, batch));
    s->feed = f;
    for (int i = 0; i < FEED_PLACES; i++)
        if (bind_tray(s->frames, &f->ahead.place[i].at, batch, d))
            return -1;
    if (s->spec->data.given) /* rows come by feed_given alone */
        return 0;
    const struct split_reader from = { read_rows, f, batch };
    return feed_rows_find(s, &from, d) || resize(f, batch, d) ? -1 : 0;
}

void feed_close(struct session *s)
{
    if (s->feed)
        feed_ahead_close(&s->feed->ahead);
    /* feed_rows_choose reads it on the thread ahead, which has ended by now. */
    free(s->order);
    s->order = NULL;
    s->feed = NULL;
}
