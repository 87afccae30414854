/* SPDX-License-Identifier: MIT */
/* Calls the plugins, one step of the plan after another. */
#include <config.h>
#include "run/session.h"

#include <string.h>

#include <nnpipe/fast.h>
#include "base/clock.h"

static void *address(const struct session *s, const struct plan *p, int buffer)
{
    return buffer < 0 ? NULL : s->slab + p->buffers[buffer].offset;
}

static void *value_of(const struct session *s, const struct plan *p, int stream)
{
    return s->graph->streams[stream].data ? s->stream[stream]
                                          : address(s, p, p->value[stream]);
}

static void bind_weights(struct session *s, const struct plan *p,
                         const struct graph_node *n, struct instance *inst)
{
    for (uint32_t k = 0; k < n->n_param; k++) {
        size_t at = s->weights.offset[n->param[k]];
        bool   wanted = plan_trains(p) && s->weights.g && at < s->weights.n_gradient;
        inst->weight[k].data = s->weights.w + at;
        inst->dweight[k].data = wanted ? s->weights.g + at : NULL;
    }
}

static void bind_scratch(struct session *s, const struct plan *p, struct instance *inst)
{
    size_t at = p->scratch_at;

    for (uint32_t k = 0; k < inst->ctx.n_scratch; k++) {
        inst->scratch[k].data = s->slab + at;
        at += plan_round(tensor_bytes(&inst->scratch[k]));
    }
}

static void bind_gradients(struct session *s, const struct plan *p,
                           const struct graph_node *n, size_t i)
{
    struct instance *inst = s->frames->node[i];

    for (uint32_t k = 0; k < n->n_in; k++) {
        int t = p->temporary[i][k];

        if (t < 0)
            t = p->gradient[plan_input(p, s->graph, n, k)];
        inst->din[k].data = p->wants_din[i][k] ? address(s, p, t) : NULL;
    }
    for (uint32_t k = 0; k < n->n_out; k++)
        inst->dout[k].data = address(s, p, p->gradient[n->out[k]]);
}

/* A penalty sees its stream in the place of a weight. */
static void bind_penalty(struct session *s, const struct plan *p,
                         const struct graph_node *n, struct instance *inst)
{
    int stream = plan_input(p, s->graph, n, 0);

    inst->weight[0].data = value_of(s, p, stream);
    inst->dweight[0].data = address(s, p, p->gradient[stream]);
    inst->ctx.factor = n->item->weight;
}

static void bind_node(struct session *s, const struct plan *p, size_t i)
{
    const struct graph_node *n = &s->graph->nodes[i];
    struct instance         *inst = s->frames->node[i];

    inst->ctx.flags = plan_trains(p) ? NNP_TRAIN : 0;
    bind_scratch(s, p, inst);
    if (n->role == ROLE_PENALTY) {
        inst->ctx.flags |= NNP_ON_STREAM;
        bind_penalty(s, p, n, inst);
        return;
    }
    for (uint32_t k = 0; k < n->n_in; k++)
        inst->in[k].data = value_of(s, p, plan_input(p, s->graph, n, k));
    for (uint32_t k = 0; k < n->n_out; k++)
        inst->out[k].data = address(s, p, p->value[n->out[k]]);
    for (uint32_t k = 0; k < inst->ctx.n_saved; k++)
        inst->saved[k].data = address(s, p, p->saved[i][k]);
    bind_gradients(s, p, n, i);
    bind_weights(s, p, n, inst);
}

void step_bind(struct session *s, enum plan_for what)
{
    if (s->bound == s->plans[what])
        return;
    s->bound = s->plans[what];
    for (size_t i = s->graph->first_layer; i < s->graph->n_nodes; i++)
        if (s->bound->needed[i])
            bind_node(s, s->bound, i);
}

/* The batch lies somewhere else every time; only the data's streams move. */
static void bind_batch(struct session *s)
{
    const struct plan *p = s->bound;

    for (size_t i = s->graph->first_layer; i < s->graph->n_nodes; i++) {
        const struct graph_node *n = &s->graph->nodes[i];
        struct instance         *inst = s->frames->node[i];
        for (uint32_t k = 0; p->needed[i] && k < n->n_in; k++) {
            int stream = plan_input(p, s->graph, n, k);
            if (!s->graph->streams[stream].data)
                continue;
            if (n->role == ROLE_PENALTY)
                inst->weight[0].data = s->stream[stream];
            else
                inst->in[k].data = s->stream[stream];
        }
    }
}

int step_rows(struct session *s, int64_t rows, struct diag *d)
{
    if (s->rows == rows)
        return 0;
    if (frames_rows(s->frames, rows, d))
        return -1;
    s->rows = rows;
    s->bound = NULL; /* setup saw to the shapes; flags and addresses are set again */
    return 0;
}

static void clear_chunk(void *arg, size_t begin, size_t end, uint32_t worker)
{
    (void)worker;
    memset((float *)arg + begin, 0, (end - begin) * sizeof(float));
}

void step_clear(struct session *s)
{
    const struct weights *w = &s->weights;

    for (size_t i = 0; i < s->graph->n_params; i++)
        if (w->offset[i] < w->n_gradient && !s->plans[PLAN_TRAIN]->written[i])
            pool_run(s->pool, decl_elements(s->graph->params[i].decl), 1 << 15,
                     clear_chunk, w->g + w->offset[i]);
    s->empty = true;
}

void step_clock(const struct session *s, struct instance *i, const char *purpose)
{
    i->ctx.step = s->update;
    i->ctx.epoch = s->epoch;
    i->ctx.progress = s->progress;
    instance_key(i, purpose, s->update);
}

struct loss { /* of the whole step */
    double sum, count;
};

static void add_loss(const struct session *s, const struct graph_node *loss,
                     struct loss *l)
{
    const nnp_tensor *t = &frames_of(s->frames, loss)->out[0];
    const float      *v = t->data;
    double            sum = 0;
    size_t            n = nnp_count(t);

    for (size_t i = 0; i < n; i++)
        sum += (double)v[i];
    l->sum += loss->item->weight * sum / (double)n * (double)s->rows;
    l->count = (double)s->rows;
}

/* dL/d(value): the weight of the term over the number of values, micro-batches counted.
 */
static void seed_gradient(const struct session *s, const struct graph_node *n)
{
    nnp_tensor *t = &frames_of(s->frames, n)->dout[0];
    size_t      count = nnp_count(t);
    float       g =
        (float)(n->item->weight / (double)count / (double)s->spec->train.accumulate);

    for (size_t i = 0; i < count; i++)
        ((float *)t->data)[i] = g;
}

static bool begins_at(const struct plan *p, int buffer, size_t step)
{
    return buffer >= 0 && p->buffers[buffer].first == (int)step;
}

/* Gradients that nobody wrote before they are read, or added to, start as zeros. */
static void clear_gradients(struct session *s, const struct graph_node *n, size_t step)
{
    const struct plan     *p = s->bound;
    const struct instance *inst = frames_of(s->frames, n);

    if (n->role == ROLE_PENALTY) {
        if (begins_at(p, p->gradient[plan_input(p, s->graph, n, 0)], step))
            memset(inst->dweight[0].data, 0, tensor_bytes(&inst->dweight[0]));
        return;
    }
    for (uint32_t k = 0; k < n->n_out && n->role == ROLE_LAYER; k++)
        if (begins_at(p, p->gradient[n->out[k]], step))
            memset(inst->dout[k].data, 0, tensor_bytes(&inst->dout[k]));
}

struct add {
    float       *to;
    const float *from;
};

static void add_chunk(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct add *a = arg;

    (void)worker;
    for (size_t i = begin; i < end; i++)
        a->to[i] += a->from[i];
}

/* PLAN_GRADIENT begins with what was asked for, a factor for each element of the stream.
 */
static void seed_stream(const struct session *s, const struct graph_node *n)
{
    const struct instance *inst = frames_of(s->frames, n);

    for (uint32_t k = 0; k < n->n_out && s->bound->what == PLAN_GRADIENT; k++)
        if (n->out[k] == s->bound->of)
            memcpy(inst->dout[k].data, s->factors, tensor_bytes(&inst->dout[k]));
}

/* Who watches, or guards what lies behind tensors, wants one node after the other. */
static bool together(const struct session *s, const struct step *st)
{
    return st->then >= 0 && !s->watch && !s->services.guard;
}

/* What `then` does with the numbers of the step's own node. */
static struct tail tail_of(const struct session *s, const struct step *st)
{
    const struct instance *of = s->frames->node[st->node];
    const struct instance *to = s->frames->node[st->then];
    bool                   back = st->kind == STEP_BACKWARD;
    const nnp_tensor      *t = back ? &of->din[0] : &of->out[0];

    return (struct tail){ .instance = to,
                          .sweep = st->sweep,
                          .back = back,
                          .of = t->data,
                          .n = nnp_count(t),
                          .x = to->in[0].data,
                          .y = to->out[0].data,
                          .to = back ? to->din[0].data : to->out[0].data };
}

/* Calls a slot; the tail, unless NULL, must have been taken along. */
static int call(struct session *s, const struct graph_node *n, nnp_fn *slot,
                const char *name, struct tail *tail, struct diag *d)
{
    struct instance *inst = frames_of(s->frames, n);

    inst->tail = tail;
    int rc = instance_call(inst, slot, name, d);
    inst->tail = NULL;
    if (rc < 0)
        return -1;
    if (!tail || tail->done == tail->n)
        return 0;
    d->class = DIAG_PLUGIN;
    return diag_code(
        d, &n->item->at, "contract",
        "layer %s (%s) promises READY, but in %s said so of %zu of its %zu numbers: "
        "`nnpipe plugin test %s` tells more",
        n->item->name, n->item->type->name, name, tail->done, tail->n,
        n->item->type->name);
}

static int watched(struct session *s, const struct graph_node *n, struct diag *d)
{
    return s->watch ? s->watch(s, n, d) : 0;
}

static int backward(struct session *s, const struct graph_node *n, size_t step,
                    struct tail *tail, struct loss *l, struct diag *d)
{
    struct instance *inst = frames_of(s->frames, n);

    if (n->role == ROLE_LOSS)
        seed_gradient(s, n);
    clear_gradients(s, n, step);
    seed_stream(s, n);
    if (s->empty && s->bound->writes[n - s->graph->nodes])
        inst->ctx.beta = 0;
    int rc = call(s, n, n->item->type->desc->backward, "backward", tail, d);
    inst->ctx.beta = 1;
    if (rc)
        return -1;
    if (n->role != ROLE_LOSS || !(n->item->type->desc->flags & NNP_LOSS_IN_BACKWARD))
        return 0;
    add_loss(s, n, l);
    return watched(s, n, d);
}

/* Nobody but the step's own node wrote the gradient that `then` begins with. */
static int run_backward(struct session *s, const struct step *st, size_t step,
                        struct loss *l, struct diag *d)
{
    const struct graph_node *n = &s->graph->nodes[st->node];

    if (together(s, st)) {
        struct tail tail = tail_of(s, st);
        return backward(s, n, step, &tail, l, d);
    }
    if (backward(s, n, step, NULL, l, d))
        return -1;
    if (st->then < 0)
        return 0;
    n = &s->graph->nodes[st->then];
    return call(s, n, n->item->type->desc->backward, "backward", NULL, d);
}

static int forward(struct session *s, const struct graph_node *n, struct tail *tail,
                   struct loss *l, struct diag *d)
{
    nnp_fn *slot = n->item->type->desc->forward;

    if (!slot)
        return 0; /* a regularizer without a penalty to report */
    step_clock(s, frames_of(s->frames, n), plan_trains(s->bound) ? "train" : "eval");
    if (call(s, n, slot, "forward", tail, d))
        return -1;
    if (n->role == ROLE_LOSS)
        add_loss(s, n, l);
    if (n->role == ROLE_PENALTY)
        s->penalty += n->item->weight * frames_of(s->frames, n)->ctx.result;
    return watched(s, n, d);
}

static int run_forward(struct session *s, const struct step *st, struct loss *l,
                       struct diag *d)
{
    const struct graph_node *n = &s->graph->nodes[st->node];

    if (together(s, st)) {
        struct tail tail = tail_of(s, st);
        return forward(s, n, &tail, l, d);
    }
    if (forward(s, n, NULL, l, d))
        return -1;
    return st->then < 0 ? 0 : forward(s, &s->graph->nodes[st->then], NULL, l, d);
}

int step_before(struct session *s, enum plan_for what, const struct graph_node *node,
                struct diag *d)
{
    struct loss l = { 0, 0 };

    step_bind(s, what);
    bind_batch(s);
    for (size_t i = 0; i < s->bound->n_steps; i++) {
        struct step st = s->bound->steps[i];
        bool        last = st.then >= 0 && &s->graph->nodes[st.then] == node;

        if (&s->graph->nodes[st.node] == node)
            return 0;
        if (last)
            st.then = -1;
        if (run_forward(s, &st, &l, d))
            return -1;
        if (last)
            return 0;
    }
    return 0;
}

static void add_gradient(struct session *s, const struct step *st)
{
    const nnp_tensor *t = frames_tensor(s->frames, st->stream);
    struct add        a = { address(s, s->bound, s->bound->gradient[st->stream]),
                            s->frames->node[st->node]->din[st->input].data };

    pool_run(s->pool, nnp_count(t), 1 << 15, add_chunk, &a);
}

static int run_one(struct session *s, size_t i, struct loss *l, struct diag *d)
{
    const struct step       *st = &s->bound->steps[i];
    const struct graph_node *n = &s->graph->nodes[st->node];

    switch (st->kind) {
    case STEP_FORWARD: return run_forward(s, st, l, d);
    case STEP_MEASURE:
        return instance_call(s->frames->node[st->node], n->item->type->desc->fit, "fit",
                             d);
    case STEP_BACKWARD: return run_backward(s, st, i, l, d);
    case STEP_ADD: add_gradient(s, st);
    }
    return 0;
}

static int run_measured(struct session *s, size_t i, struct loss *l, struct diag *d)
{
    const struct step *st = &s->bound->steps[i];
    bool               back = st->kind == STEP_BACKWARD || st->kind == STEP_ADD;
    double             begin = clock_seconds();
    int                rc = run_one(s, i, l, d);

    (back ? s->meter->backward : s->meter->forward)[st->node] += clock_seconds() - begin;
    return rc;
}

int step_run(struct session *s, enum plan_for what, double *loss_sum, double *loss_count,
             struct diag *d)
{
    struct loss l = { 0, 0 };

    step_bind(s, what);
    bind_batch(s);
    s->penalty = 0;
    for (size_t i = 0; i < s->bound->n_steps; i++)
        if ((s->meter ? run_measured(s, i, &l, d) : run_one(s, i, &l, d)) < 0)
            return -1;
    s->empty = s->empty && what != PLAN_TRAIN;
    *loss_sum = l.sum;
    *loss_count = l.count;
    return 0;
}
