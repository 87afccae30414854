/* SPDX-License-Identifier: MIT */
/*
 * Which nodes run, in which order. Forward is the order of the file, which is a runnable
 * one because a stream can only be named below the item that makes it; backward is its
 * reverse.
 *
 * A plan starts from its sinks (losses, metrics, what a report wants to read) and keeps
 * what leads to them; a layer that nobody needs is not computed. Gradients flow back from
 * the losses along the same edges as far as something trainable lies upstream.
 *
 *      x --> dense1 --> a --> dense2 --> add --> loss
 *                       |                 ^
 *                       +-----------------+     a is read twice: two nodes have
 *                                               a gradient for it
 *      backward:  loss
 *                 add        writes the gradient of a
 *                 dense2     writes a temporary
 *                 ADD        gradient of a += temporary
 *                 dense1
 *
 * Whoever comes first in backward writes the gradient of a stream where it lies. Everyone
 * after that writes into a temporary, and a step of its own adds it: a plugin never needs
 * to know that its input has other readers.
 */
#include <config.h>
#include "plan/plan.h"

/* What a plan is made for: the nodes whose results somebody outside of it wants. */
static bool is_sink(const struct graph *g, const struct plan *p,
                    const struct graph_node *n)
{
    if (p->what == PLAN_GRADIENT)
        return n == &g->nodes[g->streams[p->of].node];
    switch (n->role) {
    case ROLE_LOSS: return p->what != PLAN_FIT;
    case ROLE_PENALTY: return p->what == PLAN_TRAIN;
    case ROLE_METRIC: return p->what == PLAN_EVAL;
    case ROLE_LAYER:
        return p->what == PLAN_KEEP || (p->what == PLAN_FIT && graph_fits(n));
    default: return false;
    }
}

/* From the last node to the first: a node is needed if it is a sink or if one that is
 * needed reads it. Nodes come after what they read, so one sweep finds all. */
static void mark_needed(const struct graph *g, struct plan *p)
{
    for (size_t i = g->n_nodes; i-- > g->first_layer;) {
        const struct graph_node *n = &g->nodes[i];
        p->needed[i] =
            (p->needed[i] || is_sink(g, p, n)) && graph_runs(n, plan_trains(p));
        if (!p->needed[i])
            continue;
        for (uint32_t k = 0; k < n->n_in; k++)
            if (plan_reads(p, n, k) && !g->streams[plan_input(p, g, n, k)].data)
                p->needed[g->streams[plan_input(p, g, n, k)].node] = true;
    }
}

static void add_step(struct plan *p, enum step_kind kind, size_t node, int stream,
                     int input)
{
    p->steps[p->n_steps++] = (struct step){ kind, (int)node, stream, input, -1, NULL };
}

/* In training what has something trainable upstream; else what has the model's input. */
static void mark_gradients(const struct graph *g, struct plan *p)
{
    for (size_t i = 0; i < g->n_streams; i++)
        p->wants_grad[i] =
            p->what == PLAN_TRAIN ? g->streams[i].wants_grad : (int)i == g->input;
    for (size_t i = g->first_layer; i < g->n_nodes && p->what == PLAN_GRADIENT; i++) {
        const struct graph_node *n = &g->nodes[i];
        bool                     wanted = false;

        for (uint32_t k = 0; k < n->n_in && p->needed[i]; k++)
            wanted = wanted || p->wants_grad[plan_input(p, g, n, k)];
        for (uint32_t k = 0; k < n->n_out; k++)
            p->wants_grad[n->out[k]] = wanted;
    }
}

/* A node goes backward when a gradient comes in and somebody wants one out of it. */
static bool goes_back(const struct graph *g, const struct plan *p, size_t i)
{
    const struct graph_node *n = &g->nodes[i];

    if (!p->needed[i] || !n->item->type->desc->backward)
        return false;
    if (n->role == ROLE_LOSS || n->role == ROLE_PENALTY)
        return p->wants_grad[plan_input(p, g, n, 0)];
    bool wanted = false;
    for (uint32_t k = 0; k < n->n_out; k++)
        wanted = wanted || p->wants_grad[n->out[k]];
    return n->role == ROLE_LAYER && wanted;
}

/* A penalty adds to the gradient of its stream in place. */
static void schedule_backward(const struct graph *g, struct plan *p, bool *written,
                              size_t i)
{
    const struct graph_node *n = &g->nodes[i];

    add_step(p, STEP_BACKWARD, i, -1, -1);
    for (uint32_t k = 0; k < n->n_in; k++) {
        int s = plan_input(p, g, n, k);
        p->wants_din[i][k] = p->wants_grad[s] && (n->role != ROLE_LOSS || k == 0);
        if (!p->wants_din[i][k])
            continue;
        if (n->role != ROLE_PENALTY && written[s]) {
            p->temporary[i][k] =
                0; /* wanted: liveness puts the number of a buffer here */
            add_step(p, STEP_ADD, i, s, (int)k);
        }
        written[s] = true;
    }
}

/* What the layer does with each number by itself, or NULL. */
static const nnp_sweep *sweep_of(const struct graph_node *n)
{
    const nnp_component *c = n->item->type->desc;

    return n->role == ROLE_LAYER && n->n_in == 1 && n->n_out == 1 ? c->sweep : NULL;
}

/* The sweep of step b if it may run inside step a, else NULL: it reads what a makes, and
 * nobody else has a hand in that, because b comes right behind a. */
static const nnp_sweep *follows(const struct graph *g, const struct plan *p,
                                const struct step *a, const struct step *b)
{
    const struct graph_node *from = &g->nodes[a->node], *to = &g->nodes[b->node];
    const nnp_sweep         *sweep = sweep_of(to);
    bool                     behind = false;

    if (a->kind != b->kind || a->then >= 0 || from->role != ROLE_LAYER ||
        !(from->item->type->desc->flags & NNP_READY) || !sweep)
        return NULL;
    if (a->kind == STEP_FORWARD)
        behind = plan_input(p, g, to, 0) == from->out[0];
    if (a->kind == STEP_BACKWARD)
        behind = from->n_in > 0 && p->wants_din[a->node][0] &&
                 p->temporary[a->node][0] < 0 &&
                 plan_input(p, g, from, 0) == to->out[0] && p->wants_din[b->node][0];
    return behind ? sweep : NULL;
}

/* Gradients that are set by the first node that has one for them need not be zeros. */
static void find_writers(struct arena *a, const struct graph *g, struct plan *p)
{
    bool *seen = arena_array(a, g->n_params + 1, sizeof *seen);

    p->writes = arena_array(a, g->n_nodes + 1, sizeof *p->writes);
    p->written = arena_array(a, g->n_params + 1, sizeof *p->written);
    for (size_t i = 0; i < p->n_steps; i++) {
        int                      k = p->steps[i].node;
        const struct graph_node *n = &g->nodes[k];

        if (p->steps[i].kind != STEP_BACKWARD)
            continue;
        p->writes[k] = n->item->type->desc->flags & NNP_BETA;
        for (uint32_t w = 0; w < n->n_param; w++)
            p->writes[k] = p->writes[k] && !seen[n->param[w]];
        for (uint32_t w = 0; w < n->n_param; w++) {
            seen[n->param[w]] = true;
            p->written[n->param[w]] = p->written[n->param[w]] || p->writes[k];
        }
    }
}

/* An activation becomes part of the step before it where `follows` allows it: its numbers
 * are then made while those they come from are still in the cache. */
static void join_sweeps(const struct graph *g, struct plan *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_steps; i++) {
        const struct step *s = &p->steps[i];
        const nnp_sweep   *sweep = n ? follows(g, p, &p->steps[n - 1], s) : NULL;

        if (sweep) {
            p->steps[n - 1].then = s->node;
            p->steps[n - 1].sweep = sweep;
        } else
            p->steps[n++] = *s;
    }
    p->n_steps = n;
}

/* A loss whose backward computes the loss as well needs no forward in training: one sweep
 * over prediction and target instead of two. */
static bool in_backward(const struct graph *g, const struct plan *p, size_t i)
{
    const struct graph_node *n = &g->nodes[i];

    return n->role == ROLE_LOSS && n->item->type->desc->flags & NNP_LOSS_IN_BACKWARD &&
           plan_trains(p) && goes_back(g, p, i);
}

void schedule_steps(struct arena *a, const struct graph *g, struct plan *p)
{
    size_t inputs = 0;
    bool  *written = arena_array(a, g->n_streams + 1, sizeof *written);

    p->needed = arena_array(a, g->n_nodes + 1, sizeof *p->needed);
    p->wants_grad = arena_array(a, g->n_streams + 1, sizeof *p->wants_grad);
    p->temporary = arena_array(a, g->n_nodes + 1, sizeof *p->temporary);
    p->wants_din = arena_array(a, g->n_nodes + 1, sizeof *p->wants_din);
    for (size_t i = 0; i < g->n_nodes; i++) {
        uint32_t n_in = g->nodes[i].n_in;
        inputs += n_in;
        p->temporary[i] = arena_array(a, n_in + 1, sizeof **p->temporary);
        p->wants_din[i] = arena_array(a, n_in + 1, sizeof **p->wants_din);
        for (uint32_t k = 0; k < n_in; k++)
            p->temporary[i][k] = -1;
    }
    p->steps = arena_array(a, 2 * g->n_nodes + inputs + 1, sizeof *p->steps);
    mark_needed(g, p);
    mark_gradients(g, p);
    for (size_t i = g->first_layer; i < g->n_nodes; i++)
        if (p->needed[i] && !in_backward(g, p, i))
            add_step(p, g->nodes[i].role == ROLE_METRIC ? STEP_MEASURE : STEP_FORWARD, i,
                     -1, -1);
    for (size_t i = g->n_nodes; plan_goes_back(p) && i-- > g->first_layer;)
        if (goes_back(g, p, i))
            schedule_backward(g, p, written, i);
    find_writers(a, g, p);
    join_sweeps(g, p);
}
