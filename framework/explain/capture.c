/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "explain/capture.h"

#include <string.h>

#include "run/feed.h"
#include "run/step.h"
#include "run/update.h"

static float *copy(struct arena *a, const float *from, size_t n)
{
    float *to = arena_array(a, n + 1, sizeof *to);

    memcpy(to, from, n * sizeof *to);
    return to;
}

static float *copy_numbers(struct arena *a, const nnp_tensor *t)
{
    float *to = arena_array(a, nnp_count(t) + 1, sizeof *to);

    for (size_t i = 0; i < nnp_count(t); i++)
        to[i] = (float)nnp_number(t, i);
    return to;
}

static void keep(struct capture *c, float **to, int stream, const nnp_tensor *t)
{
    if (stream < 0 || to[stream] || !t->data)
        return;
    c->n[stream] = nnp_count(t);
    to[stream] = copy_numbers(c->arena, t);
}

static void look(void *arg, const struct graph_node *n, bool back)
{
    struct capture        *c = arg;
    const struct session  *s = c->session;
    const struct instance *i = frames_of(s->frames, n);
    const struct plan     *p = s->frames->bound;

    for (uint32_t k = 0; k < n->n_in && k < i->ctx.n_in; k++)
        if (n->role != ROLE_PENALTY)
            keep(c, c->value, plan_input(p, s->graph, n, k), &i->in[k]);
    for (uint32_t k = 0; k < n->n_out && k < i->ctx.n_out; k++) {
        if (!back)
            keep(c, c->value, n->out[k], &i->out[k]);
        else if (n->role == ROLE_LAYER)
            keep(c, c->error, n->out[k], &i->dout[k]);
    }
}

/* The same draws each time: the update is numbered as before. */
static int run(struct capture *c, bool looks, double *loss, struct diag *d)
{
    struct session *s = c->session;
    struct walk     w = { .what = PLAN_TRAIN, .fresh = true };

    if (looks) {
        w.look = look;
        w.look_arg = c;
    }
    s->batch.part = 0;
    if (feed_fetch(s, c->split, c->first, c->rows, d) ||
        frames_rows(s->frames, c->rows, d) || step_run(s, &w, d))
        return -1;
    *loss = w.count > 0 ? w.loss / w.count + w.penalty : w.penalty;
    return 0;
}

static float **states(const struct capture *c)
{
    const struct update_chain *u = &c->session->frames->chain;
    float **all = arena_array(c->arena, u->n_updaters + 1, sizeof *all);

    for (size_t i = 0; i < u->n_updaters; i++) {
        const struct instance *inst = &u->updaters[i].inst;
        size_t                 n = 0, at = 0;
        for (uint32_t k = 0; k < inst->ctx.n_state; k++)
            n += nnp_count(&inst->state[k]);
        all[i] = arena_array(c->arena, n + 1, sizeof **all);
        for (uint32_t k = 0; k < inst->ctx.n_state; k++)
            for (size_t e = 0; e < nnp_count(&inst->state[k]); e++)
                all[i][at++] = (float)nnp_number(&inst->state[k], e);
    }
    return all;
}

static void open_streams(struct capture *c)
{
    size_t n = c->session->graph->n_streams + 1;

    c->n = arena_array(c->arena, n, sizeof *c->n);
    c->value = arena_array(c->arena, n, sizeof *c->value);
    c->error = arena_array(c->arena, n, sizeof *c->error);
}

int capture_loss(struct capture *c, const float *weights, double *loss, struct diag *d)
{
    const struct weights *w = &c->session->memory.weights;

    memcpy(w->w, weights, w->n * sizeof *w->w);
    weights_mirror(w, c->session->graph);
    c->session->pace.update -= c->updated;
    int rc = run(c, false, loss, d);
    c->session->pace.update += c->updated;
    memcpy(w->w, c->updated ? c->w_after : c->w, w->n * sizeof *w->w);
    return rc;
}

int capture_gradient(struct capture *c, struct arena *a, struct session *s,
                     struct diag *d)
{
    const struct weights *w = &s->memory.weights;

    c->arena = a;
    c->session = s;
    c->w = copy(a, w->w, w->n);
    c->moved = copy(a, w->w, w->n);
    if (run(c, false, &c->loss, d))
        return -1;
    weights_collect(w, s->graph);
    c->g = copy(a, w->g, w->n_gradient);
    return 0;
}

/* The loss after the update is that of the same rows with the same random numbers. */
static int look_again(struct capture *c, struct diag *d)
{
    float **value = c->value, **error = c->error;

    open_streams(c);
    c->session->pace.update--;
    int rc = run(c, true, &c->loss_after, d);
    c->session->pace.update++;
    c->after = c->value;
    c->value = value;
    c->error = error;
    return rc;
}

int capture_step(struct capture *c, struct arena *a, struct session *s, struct diag *d)
{
    const struct weights *w = &s->memory.weights;

    c->arena = a;
    c->session = s;
    open_streams(c);
    c->w = copy(a, w->w, w->n);
    c->moved = copy(a, w->w, w->n);
    c->state = states(c);
    if (run(c, true, &c->loss, d))
        return -1;
    c->g = copy(a, w->g, w->n_gradient);
    if (update_run(s, d))
        return -1;
    c->seen = copy(a, w->g, w->n_gradient);
    c->w_after = copy(a, w->w, w->n);
    c->updated = true;
    c->state_after = states(c);
    return look_again(c, d);
}
