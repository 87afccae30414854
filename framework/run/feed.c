/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/feed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/thread.h"
#include "pipeline/split_rows.h"
#include "run/stage_input.h"

enum { PLACES = 2, AHEAD_BYTES = 1 << 16 };

struct feed_place { /* room for one batch */
    unsigned char *slab;
    void         **stream;  /* by stream */
    unsigned char *scratch; /* of one node at a time */
    int64_t       *index;
    int64_t        rows;
    int            rc;
};

struct pass {
    enum split split;
    bool       shuffled;
    uint64_t   epoch;
    int64_t    batch, next; /* position of the next batch to make */
    uint64_t   number;      /* of that batch */
};

struct feed {
    struct row_range  rows[N_SPLITS];
    struct feed_place place[PLACES];
    struct pass       pass;
    int               turn;      /* place of the batch that comes next */
    int64_t           sized_for; /* rows the data's nodes were last set up for */
    bool              ahead;     /* a thread makes the next batch */
    struct arena      scrap;     /* of errors made on the thread */
    struct diag       trouble;
    struct thread     thread;
    pthread_mutex_t   mutex;
    pthread_cond_t    changed;
    bool              wanted, made, quit;
    struct session   *session;
};

/* ---- splits ---- */

static int find_splits(struct session *s, struct feed *f, struct diag *d)
{
    const struct data_spec *data = &s->spec->data;
    int64_t                 count, first_test;

    split_rows_counts(s->frames->node[0], &count, &first_test);
    if (count < 1)
        return diag_error(d, &data->source->at, "%s: there are no rows",
                          data->source->name);
    return split_rows(data, count, first_test, f->rows, d);
}

int64_t feed_rows(const struct session *s, enum split split)
{
    return s->feed->rows[split].n;
}

int64_t feed_first(const struct session *s, enum split split)
{
    return s->feed->rows[split].first;
}

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

static void choose_rows(const struct feed *f, const struct pass *p, struct feed_place *to)
{
    const struct row_range *r = &f->rows[p->split];
    struct rng_key          key = rng_key(f->session->services.seed, "shuffle", p->epoch);

    for (int64_t i = 0; i < to->rows; i++) {
        uint64_t at = (uint64_t)(p->next + i);
        if (p->shuffled)
            at = rng_permute(key, at, (uint64_t)r->n);
        to->index[i] = r->first + (int64_t)at;
    }
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

/* Key of the transforms' random numbers: the batch's number over all epochs. */
static uint64_t step_of(const struct feed *f, const struct pass *p)
{
    uint64_t a_pass = (uint64_t)((f->rows[p->split].n + p->batch - 1) / p->batch);

    return p->shuffled ? p->epoch * a_pass + p->number : p->number;
}

static void make_next(struct feed *f, struct feed_place *to, struct diag *d)
{
    struct pass *p = &f->pass;
    int64_t      left = f->rows[p->split].n - p->next;

    to->rows = left < p->batch ? left : p->batch;
    to->rc = 0;
    if (to->rows <= 0)
        return;
    choose_rows(f, p, to);
    to->rc = load(f, to, p->shuffled, step_of(f, p), d);
    p->next += to->rows;
    p->number++;
}

/* ---- one batch ahead ---- */

static void serve(void *arg)
{
    struct feed *f = arg;

    pthread_mutex_lock(&f->mutex);
    for (;;) {
        while (!f->wanted && !f->quit)
            pthread_cond_wait(&f->changed, &f->mutex);
        if (f->quit)
            break;
        f->wanted = false;
        pthread_mutex_unlock(&f->mutex);
        make_next(f, &f->place[f->turn], &f->trouble);
        pthread_mutex_lock(&f->mutex);
        f->made = true;
        pthread_cond_broadcast(&f->changed);
    }
    pthread_mutex_unlock(&f->mutex);
}

static void ask(struct feed *f)
{
    pthread_mutex_lock(&f->mutex);
    f->made = false;
    f->wanted = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->mutex);
}

static void await(struct feed *f)
{
    pthread_mutex_lock(&f->mutex);
    while (!f->made)
        pthread_cond_wait(&f->changed, &f->mutex);
    pthread_mutex_unlock(&f->mutex);
}

static void hand_out(struct session *s, struct feed_place *p)
{
    memcpy(s->stream, p->stream, s->graph->n_streams * sizeof *s->stream);
}

/* A thread still at work on a batch that nobody wants any more is waited for. */
static void settle(struct feed *f)
{
    if (f->ahead)
        await(f);
}

void feed_start(struct session *s, enum split split, bool shuffled, uint64_t epoch,
                int64_t batch, int64_t skip)
{
    struct feed *f = s->feed;
    int64_t      total = f->rows[split].n, next = skip * batch;

    if (next > total) /* the last batch that is skipped is a short one */
        next = total;
    settle(f);
    f->pass = (struct pass){ split, shuffled, epoch, batch, next, (uint64_t)skip };
    if (f->ahead)
        ask(f);
}

static int take_trouble(struct feed *f, struct diag *d)
{
    for (size_t i = 0; i < f->trouble.n; i++) {
        const struct diag_entry *e = &f->trouble.entries[i];
        d->class = e->class;
        diag_code(d, e->at.source ? &e->at : NULL, e->code, "%s", e->text);
    }
    d->class = DIAG_RUN;
    f->trouble.n = f->trouble.errors = 0;
    return -1;
}

int feed_next(struct session *s, int64_t *rows, struct diag *d)
{
    struct feed       *f = s->feed;
    struct feed_place *p = &f->place[f->turn];

    if (f->ahead)
        await(f);
    else
        make_next(f, p, d);
    *rows = p->rows;
    if (p->rc)
        return f->ahead ? take_trouble(f, d) : -1;
    if (p->rows <= 0)
        return 0;
    hand_out(s, p);
    if (f->ahead) {
        f->turn = (f->turn + 1) % PLACES;
        ask(f);
    }
    return 0;
}

int feed_fetch(struct session *s, enum split split, int64_t first, int64_t n,
               struct diag *d)
{
    struct feed       *f = s->feed;
    struct feed_place *p = &f->place[f->turn];
    struct pass pass = { split, false, 0, n, first, (uint64_t)(first / (n ? n : 1)) };

    settle(f);
    p->rows = n;
    choose_rows(f, &pass, p);
    if (load(f, p, false, pass.number, d))
        return -1;
    hand_out(s, p);
    return 0;
}

/* ---- rows that the user gives ---- */

static void convert(const nnp_tensor *t, const float *x, size_t n)
{
    switch (nnp_type(t)) {
    case NNP_F32: memcpy(t->data, x, n * sizeof *x); break;
    case NNP_U8:
        for (size_t i = 0; i < n; i++)
            ((uint8_t *)t->data)[i] = (uint8_t)fminf(fmaxf(x[i], 0), 255);
        break;
    case NNP_I64:
        for (size_t i = 0; i < n; i++)
            ((int64_t *)t->data)[i] = (int64_t)x[i];
        break;
    case NNP_F64:
        for (size_t i = 0; i < n; i++)
            ((double *)t->data)[i] = (double)x[i];
        break;
    case NNP_I32:
        for (size_t i = 0; i < n; i++)
            ((int32_t *)t->data)[i] = (int32_t)x[i];
        break;
    default: memset(t->data, 0, n * dtype_size(nnp_type(t)));
    }
}

int feed_given(struct session *s, const struct given_rows *g, int64_t first, int64_t n,
               struct diag *d)
{
    struct feed             *f = s->feed;
    struct feed_place       *p = &f->place[f->turn];
    const struct graph_node *loader = &s->graph->nodes[0];

    settle(f);
    p->rows = n;
    if (s->cached)
        return diag_error(d, NULL,
                          "stream %s was computed before, for the rows of the "
                          "data; no other rows can be given",
                          s->cached->stream);
    if (resize(f, n, d))
        return -1;
    for (uint32_t k = 0; k < loader->n_out; k++) {
        const struct given_stream *in = &g->stream[k];
        nnp_tensor                 t = s->frames->node[0]->out[k];
        size_t                     bytes = (size_t)in->size * dtype_size(nnp_type(&t));

        memset(p->stream[loader->out[k]], 0, tensor_bytes(&t));
        for (int64_t r = 0; r < n; r++) {
            t.data = (char *)p->stream[loader->out[k]] + (size_t)r * bytes;
            convert(&t, g->x + (first + r) * g->row + in->at, (size_t)in->size);
        }
    }
    if (transform(s, p, false, 0, s->graph->first_layer, d))
        return -1;
    hand_out(s, p);
    return 0;
}

/* ---- learning from the training rows ---- */

static int fit_pass(struct session *s, size_t node, uint64_t number, int64_t batch,
                    struct diag *d)
{
    struct feed       *f = s->feed;
    struct feed_place *p = &f->place[f->turn];
    struct instance   *inst = s->frames->node[node];
    int64_t            total = f->rows[SPLIT_TRAIN].n;

    for (int64_t at = 0; at < total; at += batch) {
        struct pass pass = { SPLIT_TRAIN, false, 0, batch, at, 0 };
        p->rows = total - at < batch ? total - at : batch;
        choose_rows(f, &pass, p);
        if (resize(f, p->rows, d) || call(s, 0, p, false, 0, d) ||
            transform(s, p, false, 0, node, d))
            return -1;
        bind_inputs(s, node, p, false);
        inst->ctx.step = number;
        bind_scratch(inst, p);
        if (instance_call(inst, inst->type->desc->fit, "fit", d) < 0)
            return -1;
    }
    if (!inst->type->desc->finish)
        return NNP_OK;
    return instance_call(inst, inst->type->desc->finish, "finish", d);
}

int feed_fit(struct session *s, struct diag *d)
{
    for (size_t i = 1; i < s->graph->first_layer; i++) {
        int rc = NNP_AGAIN;
        if (!s->graph->nodes[i].item->type->desc->fit)
            continue;
        for (uint64_t pass = 0; rc == NNP_AGAIN; pass++)
            rc = fit_pass(s, i, pass, s->spec->train.batch, d);
        if (rc < 0)
            return -1;
    }
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
    return PLACES * place_bytes(f, batch);
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

    s->feed = f;
    f->session = s;
    f->made = true;
    pthread_mutex_init(&f->mutex, NULL);
    pthread_cond_init(&f->changed, NULL);
    diag_init(&f->trouble, &f->scrap);
    f->trouble.class = DIAG_RUN;
    if (frames_rows_data(s->frames, batch, d) || find_splits(s, f, d))
        return -1;
    f->sized_for = batch;
    for (int i = 0; i < PLACES; i++)
        if (make_place(s, &f->place[i], batch, d))
            return -1;
    f->ahead = may_run_ahead(s, batch) && thread_start(&f->thread, serve, f) == 0;
    return 0;
}

void feed_close(struct session *s)
{
    struct feed *f = s->feed;

    if (!f)
        return;
    if (f->ahead) {
        settle(f);
        pthread_mutex_lock(&f->mutex);
        f->quit = true;
        pthread_cond_broadcast(&f->changed);
        pthread_mutex_unlock(&f->mutex);
        pthread_join(f->thread.id, NULL);
    }
    for (int i = 0; i < PLACES; i++)
        free(f->place[i].slab);
    pthread_mutex_destroy(&f->mutex);
    pthread_cond_destroy(&f->changed);
    arena_close(&f->scrap);
    s->feed = NULL;
}
