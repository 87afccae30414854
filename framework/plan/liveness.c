/* SPDX-License-Identifier: MIT */
/*
 * How long each tensor lives, and which may lie on top of each other because a plugin
 * promised to work in place. A value lives from its forward to its last reader; a
 * backward reads in and out unless FREE_IN, FREE_OUT say that it does not.
 *
 *   step                  0 dense1  1 dense2  2 loss  3 dense2  4 dense1
 *                           tanh1               back    tanh1     back
 *                                                       back
 *   value of dense1         |- - - - - - - - - - - - - - - - |
 *   value of tanh1          |--------------------------------|  lies on dense1's
 *   value of dense2                   |---------|
 *   gradient of dense2                          |------------|
 *
 * The steps are walked once. A buffer begins at the step that writes it (new_buffer), and
 * each later reader moves its end (touch). Then pairs are laid on each other: the output
 * of a layer that works in place on its input, if that input has no reader after this
 * step; the gradient of its input on that of its output likewise. Such a pair is one
 * stretch of memory with one life, that of both; `liveness_root` of a buffer is the one
 * whose place it shares.
 *
 * A value is never kept alive "just in case": what is not touched later is overwritten,
 * so a promise that does not hold (FREE_OUT of a layer that does read its output) makes
 * wrong gradients. `nnpipe plugin test` tries every promise of a component for that
 * reason.
 */
#include <config.h>
#include "plan/plan.h"

static int new_buffer(struct plan *p, enum buffer_kind kind, int owner, int index,
                      int step, size_t bytes)
{
    p->buffers[p->n_buffers] =
        (struct buffer){ kind, owner, index, step, step, -1, bytes, 0 };
    return (int)p->n_buffers++;
}

static void touch(struct plan *p, int buffer, int step)
{
    if (buffer >= 0 && p->buffers[buffer].last < step)
        p->buffers[buffer].last = step;
}

static bool promises(const struct graph_node *n, uint32_t flag)
{
    return n->item->type->desc->flags & flag;
}

static void forward_lives(const struct graph *g, struct plan *p, int step, int i)
{
    const struct graph_node *n = &g->nodes[i];

    for (uint32_t k = 0; k < n->n_in; k++)
        if (plan_reads(p, n, k))
            touch(p, p->value[plan_input(p, g, n, k)], step);
    for (uint32_t k = 0; k < n->n_out; k++) {
        /* In training nobody reads what a loss makes of a prediction. */
        if (n->role == ROLE_LOSS && k > 0 && plan_trains(p))
            continue;
        p->value[n->out[k]] = new_buffer(p, BUFFER_VALUE, n->out[k], 0, step,
                                         tensor_bytes(graph_tensor(g, n->out[k])));
    }
    for (uint32_t k = 0; k < decl_count(&n->decls, NNP_SAVED) && plan_goes_back(p); k++)
        p->saved[i][k] = new_buffer(p, BUFFER_SAVED, i, (int)k, step,
                                    decl_bytes(decl_find(&n->decls, NNP_SAVED, k)));
}

/* The gradient of input k: a temporary if the schedule said so, else the stream's own,
 * which begins here if this node is the first to write it. */
static void write_gradient(const struct graph *g, struct plan *p, int step, int i,
                           uint32_t k)
{
    int    s = plan_input(p, g, &g->nodes[i], k);
    size_t bytes = tensor_bytes(graph_tensor(g, s));

    if (p->temporary[i][k] >= 0)
        p->temporary[i][k] = new_buffer(p, BUFFER_TEMPORARY, i, (int)k, step, bytes);
    else if (p->gradient[s] < 0)
        p->gradient[s] = new_buffer(p, BUFFER_GRADIENT, s, 0, step, bytes);
    else
        touch(p, p->gradient[s], step);
}

/* The loss per row of a loss that has no forward in this plan: backward writes it. */
static void loss_lives(const struct graph *g, struct plan *p, int step, int i)
{
    const struct graph_node *n = &g->nodes[i];

    if (n->role == ROLE_LOSS && p->value[n->out[0]] < 0)
        p->value[n->out[0]] = new_buffer(p, BUFFER_VALUE, n->out[0], 0, step,
                                         tensor_bytes(graph_tensor(g, n->out[0])));
}

static void backward_lives(const struct graph *g, struct plan *p, int step, int i)
{
    const struct graph_node *n = &g->nodes[i];

    loss_lives(g, p, step, i);
    for (uint32_t k = 0; k < n->n_in; k++) {
        if (!promises(n, NNP_FREE_IN) || n->role == ROLE_PENALTY)
            touch(p, p->value[plan_input(p, g, n, k)], step);
        if (p->wants_din[i][k])
            write_gradient(g, p, step, i, k);
    }
    for (uint32_t k = 0; k < n->n_out; k++) {
        if (!promises(n, NNP_FREE_OUT))
            touch(p, p->value[n->out[k]], step);
        /* An output that nobody differentiates still needs a gradient: zeros. */
        if (p->gradient[n->out[k]] < 0 && n->role == ROLE_LAYER)
            p->gradient[n->out[k]] = new_buffer(p, BUFFER_GRADIENT, n->out[k], 0, step,
                                                tensor_bytes(graph_tensor(g, n->out[k])));
        if (n->role == ROLE_LOSS && k == 0)
            p->gradient[n->out[0]] = new_buffer(p, BUFFER_GRADIENT, n->out[0], 0, step,
                                                tensor_bytes(graph_tensor(g, n->out[0])));
        touch(p, p->gradient[n->out[k]], step);
    }
    for (uint32_t k = 0; k < decl_count(&n->decls, NNP_SAVED); k++)
        touch(p, p->saved[i][k], step);
}

static void walk(const struct graph *g, struct plan *p)
{
    for (int step = 0; step < (int)p->n_steps; step++) {
        const struct step *s = &p->steps[step];
        switch (s->kind) {
        case STEP_FORWARD:
        case STEP_MEASURE:
            forward_lives(g, p, step, s->node);
            if (s->then >= 0)
                forward_lives(g, p, step, s->then);
            break;
        case STEP_BACKWARD:
            backward_lives(g, p, step, s->node);
            if (s->then >= 0)
                backward_lives(g, p, step, s->then);
            break;
        case STEP_ADD:
            touch(p, p->temporary[s->node][s->input], step);
            touch(p, p->gradient[s->stream], step);
            break;
        }
    }
    for (size_t b = 0; b < p->n_buffers && p->what == PLAN_KEEP; b++)
        p->buffers[b].last = (int)p->n_steps;
    if (p->what == PLAN_GRADIENT) { /* both are read when all is done */
        touch(p, p->value[p->of], (int)p->n_steps);
        touch(p, p->gradient[g->input], (int)p->n_steps);
    }
}

int liveness_root(const struct plan *p, int b)
{
    while (p->buffers[b].same_as >= 0)
        b = p->buffers[b].same_as;
    return b;
}

/* b may lie on `on` if on's last use is the very step that begins b. */
static void lay_on(struct plan *p, int b, int on)
{
    if (b < 0 || on < 0)
        return;
    on = liveness_root(p, on);
    struct buffer *lower = &p->buffers[on], *upper = &p->buffers[b];
    if (upper->same_as >= 0 || b == on || lower->last != upper->first ||
        lower->bytes < upper->bytes)
        return;
    upper->same_as = on;
    lower->last = upper->last > lower->last ? upper->last : lower->last;
}

static void share_place(const struct graph *g, struct plan *p, enum step_kind kind, int i)
{
    const struct graph_node *n = &g->nodes[i];

    if (n->role != ROLE_LAYER || !n->n_in || !n->n_out)
        return;
    int in = plan_input(p, g, n, 0);
    if (kind == STEP_FORWARD && promises(n, NNP_INPLACE))
        lay_on(p, p->value[n->out[0]], p->value[in]);
    if (kind == STEP_BACKWARD && promises(n, NNP_INPLACE_BWD) && p->wants_din[i][0] &&
        p->temporary[i][0] < 0)
        lay_on(p, p->gradient[in], p->gradient[n->out[0]]);
}

/* Forward in the order of the steps, so that chains of activations share one place. */
static void share_places(const struct graph *g, struct plan *p)
{
    for (size_t s = 0; s < p->n_steps && p->what != PLAN_KEEP; s++) {
        share_place(g, p, p->steps[s].kind, p->steps[s].node);
        if (p->steps[s].then >= 0)
            share_place(g, p, p->steps[s].kind, p->steps[s].then);
    }
}

void liveness_find(struct arena *a, const struct graph *g, struct plan *p)
{
    size_t room = 3 * g->n_streams + 1;

    p->value = arena_array(a, g->n_streams + 1, sizeof *p->value);
    p->gradient = arena_array(a, g->n_streams + 1, sizeof *p->gradient);
    p->saved = arena_array(a, g->n_nodes + 1, sizeof *p->saved);
    for (size_t i = 0; i < g->n_streams; i++)
        p->value[i] = p->gradient[i] = -1;
    for (size_t i = 0; i < g->n_nodes; i++) {
        size_t n = decl_count(&g->nodes[i].decls, NNP_SAVED);
        p->saved[i] = arena_array(a, n + 1, sizeof **p->saved);
        for (size_t k = 0; k < n; k++)
            p->saved[i][k] = -1;
        room += n + g->nodes[i].n_in;
    }
    p->buffers = arena_array(a, room, sizeof *p->buffers);
    walk(g, p);
    share_places(g, p);
}
