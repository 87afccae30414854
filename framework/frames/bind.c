/* SPDX-License-Identifier: MIT */
/*
 * Five kinds of memory, each allocated once:
 *
 *   weights    parameters, and gradients at the same offsets             (weights.c)
 *   slab       values, gradients, SAVED and SCRATCH of the plan at work  (plan/memory.c)
 *   states     STATE of the nodes: one block, so that a copy of it is one memcpy. What
 *              GROWS is not in it: it has memory of its own (call/instance_grow.c)
 *   optimizer  STATE and SCRATCH of optimizers, schedules and penalties on weights
 *   trays      batches of the data, two of them, each with SCRATCH for the data's part
 *
 * A tensor has its address for as long as its memory lives, but for two kinds: what lies
 * in the slab moves when another plan goes to work, and what comes with the data is
 * somewhere else in every batch. So bind_plan does the first only when the plan is
 * another one (or frames_rows has set everything up again), and the second always.
 */
#include <config.h>
#include "frames/bind.h"

#include <stdlib.h>
#include <string.h>

#include "call/guard.h"

/* GUARD_ROOM lies behind the last tensor, where guard_call looks for writes past its end.
 * With it memory for nothing is never NULL, which means failure here. */
unsigned char *bind_zeros(size_t bytes, const char *what, struct diag *d)
{
    size_t         room = plan_round(bytes + 1) + GUARD_ROOM;
    unsigned char *p = aligned_alloc(PLAN_ALIGN, room);

    if (!p) {
        diag_error(d, NULL, "%s need %.1f MiB, the system gives less", what,
                   (double)bytes / 1048576);
        return NULL;
    }
    return memset(p, 0, room);
}

/* One behind the other, as plan_room counts them. The end of it. */
static unsigned char *lay_out(nnp_tensor *t, uint32_t n, unsigned char *at)
{
    for (uint32_t k = 0; k < n; k++) {
        t[k].data = at;
        at += plan_round(tensor_bytes(&t[k]));
    }
    return at;
}

/* ---- states of the nodes ---- */

/* All nodes, those of the data's part too: what `standardize` has learned is a state like
 * the mean of a batchnorm. A tensor is pointed at and not copied, because another setup
 * changes neither its place in the instance nor its size. */
static void list_states(struct memory *m, struct frames *f)
{
    const struct graph *g = f->graph;
    size_t              n = 0;

    for (size_t i = 0; i < g->n_nodes; i++)
        n += decl_count(&g->nodes[i].decls, NNP_STATE);
    m->state = arena_array(f->arena, n + 1, sizeof *m->state);
    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *node = &g->nodes[i];
        for (uint32_t k = 0; !node->states_of && k < f->node[i]->ctx.n_state; k++) {
            struct saved_state *s = &m->state[m->n_state++];
            s->node = node;
            s->decl = decl_find(&node->decls, NNP_STATE, k);
            s->name =
                arena_printf(f->arena, "%s%s.%s", node->role == ROLE_MAP ? "data." : "",
                             node->item->name, s->decl->name);
            s->t = &f->node[i]->state[k];
            s->grows = instance_grows(f->node[i], k);
            s->lasts = node->role != ROLE_METRIC && !graph_gathers(node, k);
            s->offset = m->states_bytes;
            m->states_bytes += s->grows ? 0 : plan_round(tensor_bytes(s->t));
        }
    }
}

static void bind_states(struct frames *f, const struct memory *m)
{
    const struct graph *g = f->graph;

    for (size_t i = 0; i < m->n_state; i++)
        if (!m->state[i].grows)
            m->state[i].t->data = m->states + m->state[i].offset;
    for (size_t i = 0; i < g->n_nodes; i++)
        for (uint32_t k = 0; g->nodes[i].states_of && k < f->node[i]->ctx.n_state; k++)
            f->node[i]->state[k].data =
                f->node[g->nodes[i].states_of - g->nodes]->state[k].data;
}

/* ---- between steps: optimizers, schedules, penalties on weights ---- */

/* What an instance keeps from one update to the next, and scratch behind it: no plan has
 * room for that of an instance outside of it. */
static size_t kept_bytes(const struct instance *i)
{
    return plan_room(&i->declared, NNP_STATE) + plan_room(&i->declared, NNP_SCRATCH);
}

static unsigned char *keep(struct instance *i, unsigned char *at)
{
    return lay_out(i->scratch, i->ctx.n_scratch, lay_out(i->state, i->ctx.n_state, at));
}

/* `at` and `end` count floats, in both slabs. From `end` on nobody wants a gradient: the
 * chain updates what is trained, a layer also gives one to transposed copies, which
 * weights_collect adds to their originals. */
static void bind_weight(struct instance *i, uint32_t k, const struct weights *w,
                        size_t at, size_t end)
{
    i->weight[k].data = w->w + at;
    i->dweight[k].data = w->g && at < end ? w->g + at : NULL;
}

/* The same three lists as in bind_measure, so that the room is just what it counted.
 * These addresses hold until the end: plans come and go in the slab alone. */
static void bind_chain(struct frames *f, const struct memory *m)
{
    const struct weights *w = &m->weights;
    unsigned char        *at = m->optimizer_states;

    for (size_t i = 0; i < f->chain.n_updaters; i++) {
        struct updater *u = &f->chain.updaters[i];
        at = keep(&u->inst, at);
        for (uint32_t k = 0; k < u->inst.ctx.n_weight; k++)
            bind_weight(&u->inst, k, w, u->at[k], w->n_trained);
    }
    for (size_t i = 0; i < f->chain.n_drivers; i++)
        at = keep(&f->chain.drivers[i].inst, at);
    for (size_t i = 0; i < f->n_penalties; i++) {
        at = keep(&f->penalty[i], at);
        bind_weight(&f->penalty[i], 0, w, w->offset[f->graph->penalties[i].param],
                    w->n_trained);
        f->penalty[i].ctx.factor = f->graph->penalties[i].item->weight;
    }
}

/* ---- open and close ---- */

int bind_measure(struct memory *m, struct frames *f, bool train, struct diag *d)
{
    *m = (struct memory){ 0 };
    weights_layout(f->arena, f->graph, &m->weights);
    list_states(m, f);
    if (train && chain_open(&f->chain, f->arena, f->graph, &m->weights, f->services, d))
        return -1;
    for (size_t i = 0; i < f->chain.n_updaters; i++)
        m->optimizer_bytes += kept_bytes(&f->chain.updaters[i].inst);
    for (size_t i = 0; i < f->chain.n_drivers; i++)
        m->optimizer_bytes += kept_bytes(&f->chain.drivers[i].inst);
    for (size_t i = 0; i < f->n_penalties; i++)
        m->optimizer_bytes += kept_bytes(&f->penalty[i]);
    return 0;
}

/* The addresses of the data's streams come with the first batch, those in the slab with
 * the first plan. */
int bind_open(struct memory *m, struct frames *f, size_t slab, bool train, struct diag *d)
{
    struct weights *w = &m->weights;

    w->w = (float *)(void *)bind_zeros(w->n * sizeof(float), "the weights", d);
    if (train)
        w->g = (float *)(void *)bind_zeros(w->n_gradient * sizeof(float), "the gradients",
                                           d);
    m->states = bind_zeros(m->states_bytes, "the states", d);
    m->optimizer_states = bind_zeros(m->optimizer_bytes, "the optimizer's states", d);
    m->stream = arena_array(f->arena, f->graph->n_streams + 1, sizeof *m->stream);
    if (!w->w || (train && !w->g) || !m->states || !m->optimizer_states ||
        bind_grow(m, f, slab, d))
        return -1;
    bind_states(f, m);
    bind_chain(f, m);
    return 0;
}

/* The new slab comes before the old one goes: after an error every address that a frame
 * holds is still good. */
int bind_rows(const struct frames *f, const struct saved_state *s, int64_t n,
              struct diag *d)
{
    struct instance *i = frames_of(f, s->node);

    if (!s->grows || s->t->shape[0] == n)
        return 0;
    char why[128];
    if (!instance_may_grow(i, (uint32_t)(s->t - i->state), n, why, sizeof why))
        return diag_error(d, NULL, "%s: %s", s->name, why);
    if (!instance_grow(i, (uint32_t)(s->t - i->state), n))
        return 0;
    return diag_memory(d, "no memory for %lld rows of %s", (long long)n, s->name);
}

int bind_grow(struct memory *m, struct frames *f, size_t slab, struct diag *d)
{
    if (m->slab && slab <= m->slab_bytes)
        return 0;
    unsigned char *more = bind_zeros(slab, "activations", d);
    if (!more)
        return -1;
    free(m->slab);
    m->slab = more;
    m->slab_bytes = slab;
    f->bound = NULL;
    return 0;
}

void bind_close(struct memory *m)
{
    free(m->weights.w);
    free(m->weights.g);
    free(m->slab);
    free(m->states);
    free(m->optimizer_states);
    *m = (struct memory){ 0 };
}

/* ---- a plan at work ---- */

static void *address(const struct memory *m, const struct plan *p, int buffer)
{
    return buffer < 0 ? NULL : m->slab + p->buffers[buffer].offset;
}

void *bind_value(const struct frames *f, const struct memory *m, const struct plan *p,
                 int stream)
{
    return f->graph->streams[stream].data ? m->stream[stream]
                                          : address(m, p, p->value[stream]);
}

float *bind_gradient(const struct memory *m, const struct plan *p, int stream)
{
    return address(m, p, p->gradient[stream]);
}

/* Where another reader of the input has written the stream's gradient already, this one's
 * goes to a temporary, which a step of its own adds (plan/schedule.c). NULL tells the
 * plugin that nobody wants it. */
static void bind_gradients(const struct frames *f, const struct memory *m,
                           const struct plan *p, size_t i)
{
    const struct graph_node *n = &f->graph->nodes[i];
    struct instance         *inst = f->node[i];

    for (uint32_t k = 0; k < n->n_in; k++) {
        int t = p->temporary[i][k];

        if (t < 0)
            t = p->gradient[plan_input(p, f->graph, n, k)];
        inst->din[k].data = p->wants_din[i][k] ? address(m, p, t) : NULL;
    }
    for (uint32_t k = 0; k < n->n_out; k++)
        inst->dout[k].data = bind_gradient(m, p, n->out[k]);
}

/* A penalty sees its stream in the place of a weight. */
static void bind_penalty(const struct frames *f, const struct memory *m,
                         const struct plan *p, size_t i)
{
    const struct graph_node *n = &f->graph->nodes[i];
    struct instance         *inst = f->node[i];
    int                      stream = plan_input(p, f->graph, n, 0);

    inst->ctx.flags |= NNP_ON_STREAM;
    inst->ctx.factor = n->item->weight;
    inst->weight[0].data = bind_value(f, m, p, stream);
    inst->dweight[0].data = bind_gradient(m, p, stream);
}

/* Outputs lie in the slab even if the data bring such a stream along: a layer that still
 * runs for the sake of its other outputs must not write over the batch. Only a plan for
 * training gives weights a gradient; PLAN_GRADIENT goes back to the input and no further.
 */
static void bind_layer(const struct frames *f, const struct memory *m,
                       const struct plan *p, size_t i)
{
    const struct graph_node *n = &f->graph->nodes[i];
    struct instance         *inst = f->node[i];
    const struct weights    *w = &m->weights;

    for (uint32_t k = 0; k < n->n_in; k++)
        inst->in[k].data = plan_reads(p, n, k)
                               ? bind_value(f, m, p, plan_input(p, f->graph, n, k))
                               : NULL;
    for (uint32_t k = 0; k < n->n_out; k++)
        inst->out[k].data = address(m, p, p->value[n->out[k]]);
    for (uint32_t k = 0; k < inst->ctx.n_saved; k++)
        inst->saved[k].data = address(m, p, p->saved[i][k]);
    bind_gradients(f, m, p, i);
    for (uint32_t k = 0; k < n->n_param; k++)
        bind_weight(inst, k, w, w->offset[n->param[k]],
                    plan_trains(p) ? w->n_gradient : 0);
}

/* A node that the plan does not need keeps the addresses it had: no step calls it. */
static void bind_all(struct frames *f, const struct memory *m, const struct plan *p)
{
    for (size_t i = f->graph->first_layer; i < f->graph->n_nodes; i++) {
        struct instance *inst = f->node[i];
        if (!p->needed[i])
            continue;
        inst->ctx.flags = plan_trains(p) ? NNP_TRAIN : 0;
        lay_out(inst->scratch, inst->ctx.n_scratch, m->slab + p->scratch_at);
        if (f->graph->nodes[i].role == ROLE_PENALTY)
            bind_penalty(f, m, p, i);
        else
            bind_layer(f, m, p, i);
    }
    f->bound = p;
}

/* What grows is somewhere else once it has grown, so who works with the states of another
 * node looks each time. */
static void follow_states(struct frames *f, const struct graph_node *n)
{
    struct instance *i = frames_of(f, n);

    for (uint32_t k = 0; n->states_of && k < i->ctx.n_state; k++)
        if (instance_grows(i, k)) {
            const nnp_tensor *from = &frames_of(f, n->states_of)->state[k];
            i->state[k].data = from->data;
            i->state[k].shape[0] = from->shape[0];
        }
}

/* Only the data's streams move from batch to batch. */
static void bind_batch(struct frames *f, const struct memory *m)
{
    const struct plan *p = f->bound;

    for (size_t i = f->graph->first_layer; i < f->graph->n_nodes; i++) {
        const struct graph_node *n = &f->graph->nodes[i];
        struct instance         *inst = f->node[i];
        follow_states(f, n);
        for (uint32_t k = 0; p->needed[i] && k < n->n_in; k++) {
            int stream = plan_input(p, f->graph, n, k);
            if (!f->graph->streams[stream].data || !plan_reads(p, n, k))
                continue;
            if (n->role == ROLE_PENALTY)
                inst->weight[0].data = m->stream[stream];
            else
                inst->in[k].data = m->stream[stream];
        }
    }
}

void bind_plan(struct frames *f, const struct memory *m, const struct plan *p)
{
    if (f->bound != p)
        bind_all(f, m, p);
    bind_batch(f, m);
}

unsigned char *bind_apart(struct instance *i, const nnp_tensor *in, struct diag *d)
{
    unsigned char *scratch;

    if (instance_setup(i, in, i->ctx.n_in, NULL, 0, 0, d))
        return NULL;
    scratch =
        bind_zeros(plan_room(&i->declared, NNP_SCRATCH), "work space for all rows", d);
    if (!scratch)
        return NULL;
    for (uint32_t k = 0; k < i->ctx.n_in; k++)
        i->in[k].data = in[k].data;
    for (uint32_t k = 0; k < i->ctx.n_out; k++)
        i->out[k].data = NULL;
    lay_out(i->scratch, i->ctx.n_scratch, scratch);
    return scratch;
}

/* ---- the data's part ---- */

/* The most that one of its nodes asks for, set up for a whole batch. */
static size_t scratch_bytes(const struct frames *f)
{
    size_t most = 0;

    for (size_t i = 0; i < f->graph->first_layer; i++) {
        size_t bytes = plan_room(&f->node[i]->declared, NNP_SCRATCH);
        most = bytes > most ? bytes : most;
    }
    return most;
}

static size_t stream_bytes(const struct frames *f, size_t stream, int64_t batch)
{
    const nnp_tensor *t = graph_tensor(f->graph, (int)stream);

    return plan_round(nnp_row(t) * dtype_size(nnp_type(t)) * (size_t)batch);
}

size_t bind_tray_bytes(const struct frames *f, int64_t batch)
{
    size_t bytes = plan_round((size_t)batch * sizeof(int64_t));

    for (size_t i = 0; i < f->graph->n_streams; i++)
        if (f->graph->streams[i].data)
            bytes += stream_bytes(f, i, batch);
    return bytes + scratch_bytes(f);
}

/* The same sizes as in bind_tray_bytes: row numbers, streams, scratch. */
int bind_tray(const struct frames *f, struct tray *t, int64_t batch, struct diag *d)
{
    const struct graph *g = f->graph;
    size_t              at = plan_round((size_t)batch * sizeof(int64_t));

    t->slab = aligned_alloc(PLAN_ALIGN, bind_tray_bytes(f, batch));
    if (!t->slab)
        return diag_memory(d, "no memory for a batch of %lld rows", (long long)batch);
    t->index = (int64_t *)(void *)t->slab;
    t->stream = arena_array(f->arena, g->n_streams + 1, sizeof *t->stream);
    for (size_t i = 0; i < g->n_streams; i++) {
        if (!g->streams[i].data)
            continue;
        t->stream[i] = t->slab + at;
        at += stream_bytes(f, i, batch);
    }
    t->scratch = t->slab + at;
    return 0;
}

/* This may run on the thread ahead. So it touches nodes of the data's part alone, and
 * takes the streams from the tray: those of the memory belong to the batch that trains.
 */
void bind_node(const struct frames *f, size_t node, const struct tray *t, bool train)
{
    const struct graph_node *n = &f->graph->nodes[node];
    struct instance         *i = f->node[node];

    if (n->role == ROLE_LOADER)
        i->in[0].data = t->index;
    for (uint32_t k = 0; k < n->n_in; k++)
        i->in[k].data = t->stream[graph_resolve(f->graph, n->in[k], train)];
    for (uint32_t k = 0; k < n->n_out; k++)
        i->out[k].data = t->stream[n->out[k]];
    lay_out(i->scratch, i->ctx.n_scratch, t->scratch);
}
