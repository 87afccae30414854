/* SPDX-License-Identifier: MIT */
/*
 * Calls the plugins, one step of the plan after another. Everything was decided before:
 * the plan says which node goes forward or back when, bind_plan has put the addresses
 * into the frames. What is left is to make what a slot may count on:
 *
 *   forward     instance's clock and keys of random numbers are those of this update
 *   backward    dout is there: of a loss the weight of its term, of a layer what its
 *               readers have written; an output that nobody differentiated has zeros
 *   weights     gradients are added to. `beta` is 0 for the first one of an update
 *               if it promises NNP_BETA, and sets them: nobody made zeros there
 *
 * A step with a second node (`then`) is one call: the first says which of its numbers are
 * ready, and the sweep of the second runs over them. Who wants to look in between, as
 * health does, gets the two one after the other, with the same bits.
 */
#include <config.h>
#include "run/step.h"

#include <string.h>

#include <nnpipe/fast.h>
#include "base/clock.h"
#include "base/denormal.h"
#include "run/all_rows.h"
#include "run/loss_weights.h"
#include "run/own_units.h"

static void clear_chunk(void *arg, size_t begin, size_t end, uint32_t worker)
{
    (void)worker;
    memset((float *)arg + begin, 0, (end - begin) * sizeof(float));
}

/* What is set at once by the first node that has a gradient for it needs no zeros. */
static void clear_weights(const struct session *s)
{
    const struct weights *w = &s->memory.weights;

    for (size_t i = 0; i < s->graph->n_params; i++)
        if (w->offset[i] < w->n_gradient && !s->plans[PLAN_TRAIN]->written[i])
            pool_run(s->services.pool, decl_elements(s->graph->params[i].decl), 1 << 15,
                     clear_chunk, weights_tensor(w, s->graph, w->g, i).data);
}

void step_clock(const struct pace *p, struct instance *i, const char *purpose,
                uint64_t key)
{
    i->ctx.step = p->update;
    i->ctx.epoch = p->epoch;
    i->ctx.progress = p->progress;
    instance_key(i, purpose, key);
}

/* In training each batch draws anew. In evaluation the draws hang on the rows alone: two
 * batches have different ones, and the same rows the same ones whenever they come.
 * Batches that share an update (train.accumulate) are told apart by the bits from the
 * 48th on, which no number of updates reaches. */
static void key_forward(const struct session *s, struct instance *i, bool train)
{
    step_clock(&s->pace, i, train ? "train" : "eval",
               train ? s->pace.update | s->batch.part << 48 : s->batch.row);
}

/* How many rows a batch counts for: the sum of their weights in the first loss, so that a
 * pass over several batches has the weighted mean of all. */
static int rows_count(const struct session *s, double *count, struct diag *d)
{
    const struct loss_weights *first =
        loss_weights_of(s, &s->graph->nodes[s->graph->loss]);

    *count = (double)s->frames->rows;
    return first ? loss_weights_sum(s, first, count, d) : 0;
}

/* The mean of a term's values; of weighted ones sum w L / sum w. */
static int mean_loss(const struct session *s, const struct graph_node *loss, double *sum,
                     double *n, struct diag *d)
{
    const nnp_tensor          *t = &frames_of(s->frames, loss)->out[0];
    const struct loss_weights *by = loss_weights_of(s, loss);
    const float               *v = t->data;

    *sum = 0;
    *n = (double)nnp_count(t);
    if (by && loss_weights_sum(s, by, n, d))
        return -1;
    for (size_t i = 0; i < nnp_count(t); i++) {
        double weight = by ? loss_weights_at(s, by, i) : 1;
        if (weight > 0) /* what counts nothing may be anything */
            *sum += weight * (double)v[i];
    }
    return 0;
}

/* A mean times the rows it counts for is a sum: who goes over several batches adds these
 * up and divides once, and a short last batch has no more say than its rows have. */
static int add_loss(const struct session *s, const struct graph_node *loss,
                    struct walk *w, struct diag *d)
{
    double sum, n;

    if (mean_loss(s, loss, &sum, &n, d) || rows_count(s, &w->count, d))
        return -1;
    if (n > 0)
        w->loss += loss->item->weight * sum / n * w->count;
    return 0;
}

/* The part that the batch has in the mean over an update's rows: a row weighs the same in
 * whichever batch it falls, the short one at the end of an epoch too. */
static double share(const struct session *s, const struct walk *w)
{
    return w->rows ? (double)s->frames->rows / (double)w->rows : 1;
}

/* dL/d(value): the weight of the term over the number of values, times the batch's share;
 * of weighted values their own weight over the sum of all. */
static int seed_gradient(const struct session *s, const struct walk *w,
                         const struct graph_node *n, struct diag *d)
{
    nnp_tensor                *t = &frames_of(s->frames, n)->dout[0];
    const struct loss_weights *by = loss_weights_of(s, n);
    size_t                     count = nnp_count(t);
    double                     sum = (double)count;

    if (by && loss_weights_sum(s, by, &sum, d))
        return -1;
    float g = sum > 0 ? (float)(n->item->weight / sum * share(s, w)) : 0;
    for (size_t i = 0; i < count; i++)
        ((float *)t->data)[i] = by ? g * (float)loss_weights_at(s, by, i) : g;
    return 0;
}

static bool begins_at(const struct plan *p, int buffer, size_t step)
{
    return buffer >= 0 && p->buffers[buffer].first == (int)step;
}

/* Gradients that nobody wrote before they are read, or added to, start as zeros. */
static void clear_gradients(const struct session *s, const struct graph_node *n,
                            size_t step)
{
    const struct plan     *p = s->frames->bound;
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
static void seed_stream(const struct session *s, const struct walk *w,
                        const struct graph_node *n)
{
    const struct instance *inst = frames_of(s->frames, n);

    for (uint32_t k = 0; k < n->n_out && w->what == PLAN_GRADIENT; k++)
        if (n->out[k] == s->frames->bound->of)
            memcpy(inst->dout[k].data, w->factors, tensor_bytes(&inst->dout[k]));
}

/* Who watches, or guards what lies behind tensors, wants one node after the other. */
static bool together(const struct session *s, const struct walk *w, const struct step *st)
{
    return st->then >= 0 && !w->watch && !w->look && !s->services.guard;
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

/* Calls a slot; the tail, unless NULL, must have been taken along. Numbers that the layer
 * did not call ready have not gone through the second node, whose output would hold there
 * what lay in the slab before: that would be silently wrong, so it is counted. */
static int call(const struct session *s, const struct graph_node *n, nnp_fn *slot,
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

static void show(const struct walk *w, const struct graph_node *n, bool back)
{
    if (w->look)
        w->look(w->look_arg, n, back);
}

static int watched(const struct session *s, const struct walk *w,
                   const struct graph_node *n, struct diag *d)
{
    return w->watch ? w->watch(s, n, d) : 0;
}

/* beta is 0 for this one call only: what comes next, a batch of the same update or
 * another node with the same weights, has to add. A loss with LOSS_IN_BACKWARD had no
 * forward in this plan, so what forward() does after other losses is done here. */
static int backward(const struct session *s, const struct graph_node *n, size_t step,
                    struct tail *tail, struct walk *w, struct diag *d)
{
    struct instance *inst = frames_of(s->frames, n);

    if (n->role == ROLE_LOSS && seed_gradient(s, w, n, d))
        return -1;
    if (n->role == ROLE_PENALTY)
        inst->ctx.factor = n->item->weight * share(s, w);
    clear_gradients(s, n, step);
    seed_stream(s, w, n);
    if (w->fresh && s->frames->bound->writes[n - s->graph->nodes])
        inst->ctx.beta = 0;
    show(w, n, true);
    int rc = call(s, n, n->item->type->desc->backward, "backward", tail, d);
    inst->ctx.beta = 1;
    if (n->role == ROLE_PENALTY)
        inst->ctx.factor = n->item->weight; /* a forward tells the whole */
    if (rc)
        return -1;
    if (n->role != ROLE_LOSS || !(n->item->type->desc->flags & NNP_LOSS_IN_BACKWARD))
        return 0;
    return add_loss(s, n, w, d) ? -1 : watched(s, w, n, d);
}

/* Nobody but the step's own node wrote the gradient that `then` begins with. */
static int run_backward(const struct session *s, const struct step *st, size_t step,
                        struct walk *w, struct diag *d)
{
    const struct graph_node *n = &s->graph->nodes[st->node];

    if (together(s, w, st)) {
        struct tail tail = tail_of(s, st);
        return backward(s, n, step, &tail, w, d);
    }
    if (backward(s, n, step, NULL, w, d))
        return -1;
    if (st->then < 0)
        return 0;
    n = &s->graph->nodes[st->then];
    show(w, n, true);
    return call(s, n, n->item->type->desc->backward, "backward", NULL, d);
}

static int forward(const struct session *s, const struct graph_node *n, struct tail *tail,
                   struct walk *w, struct diag *d)
{
    nnp_fn *slot = n->item->type->desc->forward;

    if (!slot)
        return 0; /* a regularizer without a penalty to report */
    struct instance *inst = frames_of(s->frames, n);
    key_forward(s, inst, w->what == PLAN_TRAIN);
    for (uint32_t k = 0; k < n->n_in; k++)
        if (graph_learns(n, k))
            inst->in[k].data = NULL; /* that others fit behind it changes nothing */
    if (call(s, n, slot, "forward", tail, d))
        return -1;
    show(w, n, false);
    if (n->role == ROLE_LOSS && add_loss(s, n, w, d))
        return -1;
    if (n->role == ROLE_PENALTY)
        w->penalty += n->item->weight * frames_of(s->frames, n)->ctx.result;
    return watched(s, w, n, d);
}

static int run_forward(const struct session *s, const struct step *st, struct walk *w,
                       struct diag *d)
{
    const struct graph_node *n = &s->graph->nodes[st->node];

    if (together(s, w, st)) {
        struct tail tail = tail_of(s, st);
        return forward(s, n, &tail, w, d);
    }
    if (forward(s, n, NULL, w, d))
        return -1;
    return st->then < 0 ? 0 : forward(s, &s->graph->nodes[st->then], NULL, w, d);
}

/* The node itself is left to the caller, who calls another slot of it (fit). Where it is
 * the second of a step the first still has to run, and alone. */
int step_before(const struct session *s, enum plan_for what,
                const struct graph_node *node, struct diag *d)
{
    struct walk        w = { .what = what };
    const struct plan *p = s->plans[what];

    bind_plan(s->frames, &s->memory, p);
    for (size_t i = 0; i < p->n_steps; i++) {
        struct step st = p->steps[i];
        bool        last = st.then >= 0 && &s->graph->nodes[st.then] == node;

        if (&s->graph->nodes[st.node] == node)
            return 0;
        if (last)
            st.then = -1;
        if (run_forward(s, &st, &w, d))
            return -1;
        if (last)
            return 0;
    }
    return 0;
}

static void add_gradient(const struct session *s, const struct step *st)
{
    const nnp_tensor *t = frames_tensor(s->frames, st->stream);
    struct add        a = { bind_gradient(&s->memory, s->frames->bound, st->stream),
                            s->frames->node[st->node]->din[st->input].data };

    pool_run(s->services.pool, nnp_count(t), 1 << 15, add_chunk, &a);
}

static int measure(const struct session *s, const struct graph_node *n, struct walk *w,
                   struct diag *d)
{
    for (size_t k = 0; k < w->n_whole; k++)
        if (w->whole[k].node == n) {
            all_rows_take(&w->whole[k], w->first);
            return 0;
        }
    return instance_call(frames_of(s->frames, n), n->item->type->desc->fit, "fit", d);
}

static int run_measure(const struct session *s, const struct graph_node *n,
                       struct walk *w, struct diag *d)
{
    struct own_units_lent lent = own_units_lend(s, n);
    int                   rc = measure(s, n, w, d);

    own_units_give_back(s, n, &lent);
    return rc;
}

static int run_one(const struct session *s, size_t i, struct walk *w, struct diag *d)
{
    const struct step       *st = &s->frames->bound->steps[i];
    const struct graph_node *n = &s->graph->nodes[st->node];

    switch (st->kind) {
    case STEP_FORWARD: return run_forward(s, st, w, d);
    case STEP_MEASURE: return run_measure(s, n, w, d);
    case STEP_BACKWARD: return run_backward(s, st, i, w, d);
    case STEP_ADD: add_gradient(s, st);
    }
    return 0;
}

/* The time of a step with two nodes counts for the first: as a rule their calls are one.
 */
static int run_measured(const struct session *s, size_t i, struct walk *w, struct diag *d)
{
    const struct step *st = &s->frames->bound->steps[i];
    bool               back = st->kind == STEP_BACKWARD || st->kind == STEP_ADD;
    double             begin = clock_seconds();
    int                rc = run_one(s, i, w, d);

    (back ? w->meter->backward : w->meter->forward)[st->node] += clock_seconds() - begin;
    return rc;
}

static void begin_update(const struct session *s, struct meter *meter)
{
    double begin = meter ? clock_seconds() : 0;

    clear_weights(s);
    if (meter)
        meter->clear += clock_seconds() - begin;
}

static int run_all(const struct session *s, struct walk *w, struct diag *d)
{
    const struct plan *p = s->plans[w->what];

    w->loss = w->count = w->penalty = 0;
    if (w->fresh)
        begin_update(s, w->meter);
    bind_plan(s->frames, &s->memory, p);
    for (size_t i = 0; i < p->n_steps; i++)
        if ((w->meter ? run_measured(s, i, w, d) : run_one(s, i, w, d)) < 0)
            return -1;
    return 0;
}

/* Here and not only around each call of a plugin, because the sums of losses and the
 * clearing and adding of gradients are computed by the host. */
int step_run(const struct session *s, struct walk *w, struct diag *d)
{
    uint64_t before;
    bool     entered = denormal_enter(&before);
    int      rc = run_all(s, w, d);

    denormal_leave(entered, before);
    return rc;
}
