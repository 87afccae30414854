/* SPDX-License-Identifier: MIT */
/* Each tensor has the address that the plan, the weights' layout or the batch gives it.
 */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <stdlib.h>
#include <string.h>

#define DATA  "data:\n  source: {random: {shape: [3, 4], classes: 5, n: 20}}\n"
#define MODEL "model:\n  - dense: 7\n    as: h\n  - batchnorm:\n    as: b\n  - dense: 5\n"
#define OPTIM "optim: {clip: 1, adam: {lr: 0.1}}\n"
#define TAIL  "train: {epochs: 1, batch: 8}\n"

static const struct graph_node *node(const struct net *n, const char *item)
{
    const struct graph *g = n->session->graph;

    for (size_t i = 0; i < g->n_nodes; i++)
        if (strcmp(g->nodes[i].item->name, item) == 0)
            return &g->nodes[i];
    ck_abort_msg("there is no %s", item);
}

static void *value(const struct net *n, enum plan_for what, const char *stream)
{
    const struct session *s = n->session;

    return bind_value(s->frames, &s->memory, s->plans[what],
                      graph_find(s->graph, stream));
}

static const struct buffer *buffer_of(const struct net *n, const char *stream)
{
    const struct plan *p = n->session->plans[PLAN_KEEP];

    return &p->buffers[p->value[graph_find(n->session->graph, stream)]];
}

START_TEST(a_stream_lies_where_the_plan_says_for_who_makes_it_and_who_reads_it)
{
    struct net     *n = net_open(DATA MODEL "loss: xent\n" OPTIM TAIL, 1);
    struct session *s = n->session;

    bind_plan(s->frames, &s->memory, s->plans[PLAN_KEEP]);
    unsigned char *h = s->memory.slab + buffer_of(n, "h")->offset;
    ck_assert_ptr_eq(value(n, PLAN_KEEP, "h"), h);
    ck_assert_ptr_eq(frames_of(s->frames, node(n, "h"))->out[0].data, h);
    ck_assert_ptr_eq(frames_of(s->frames, node(n, "b"))->in[0].data, h);
    ck_assert_ptr_null(frames_of(s->frames, node(n, "h"))->dout[0].data);
    net_close(n);
}
END_TEST

START_TEST(a_batch_may_lie_somewhere_else_every_time)
{
    struct net     *n = net_open(DATA MODEL "loss: xent\n" OPTIM TAIL, 1);
    struct session *s = n->session;
    float           here, there;
    int             x = graph_find(s->graph, "x");

    for (int k = 0; k < 2; k++) {
        s->memory.stream[x] = k ? &there : &here;
        bind_plan(s->frames, &s->memory, s->plans[PLAN_EVAL]);
        ck_assert_ptr_eq(frames_of(s->frames, node(n, "h"))->in[0].data,
                         s->memory.stream[x]);
        ck_assert_ptr_eq(value(n, PLAN_EVAL, "x"), s->memory.stream[x]);
    }
    net_close(n);
}
END_TEST

START_TEST(a_gradient_has_a_place_in_training_alone)
{
    struct net      *n = net_open(DATA MODEL "loss: xent\n" OPTIM TAIL, 1);
    struct session  *s = n->session;
    struct instance *h = frames_of(s->frames, node(n, "h"));
    size_t           at = s->memory.weights.offset[node(n, "h")->param[0]];

    bind_plan(s->frames, &s->memory, s->plans[PLAN_TRAIN]);
    ck_assert_ptr_eq(h->weight[0].data, s->memory.weights.w + at);
    ck_assert_ptr_eq(h->dweight[0].data, s->memory.weights.g + at);
    ck_assert_ptr_nonnull(h->dout[0].data);
    ck_assert_uint_eq(h->ctx.flags, NNP_TRAIN);
    bind_plan(s->frames, &s->memory, s->plans[PLAN_EVAL]);
    ck_assert_ptr_eq(h->weight[0].data, s->memory.weights.w + at);
    ck_assert_ptr_null(h->dweight[0].data);
    ck_assert_ptr_null(h->dout[0].data);
    ck_assert_uint_eq(h->ctx.flags, 0);
    net_close(n);
}
END_TEST

/* Only then is bind_plan short, which runs before every batch. */
START_TEST(frames_are_bound_anew_when_rows_or_the_slab_are_others)
{
    struct net        *n = net_open(DATA MODEL "loss: xent\n" OPTIM TAIL, 1);
    struct session    *s = n->session;
    struct frames     *f = s->frames;
    const struct plan *p = s->plans[PLAN_KEEP];

    bind_plan(f, &s->memory, p);
    ck_assert_ptr_eq(f->bound, p);
    ck_assert_int_eq(frames_rows(f, 8, &n->diag), 0);
    ck_assert_int_eq(bind_grow(&s->memory, f, s->memory.slab_bytes, &n->diag), 0);
    ck_assert_ptr_eq(f->bound, p);
    ck_assert_int_eq(frames_rows(f, 3, &n->diag), 0);
    ck_assert_ptr_null(f->bound);
    bind_plan(f, &s->memory, p);
    ck_assert_int_eq(bind_grow(&s->memory, f, s->memory.slab_bytes + 64, &n->diag), 0);
    ck_assert_ptr_null(f->bound);
    bind_plan(f, &s->memory, p);
    ck_assert_ptr_eq(frames_of(f, node(n, "h"))->out[0].data,
                     s->memory.slab + buffer_of(n, "h")->offset);
    net_close(n);
}
END_TEST

START_TEST(states_are_one_block_in_the_order_of_the_nodes)
{
    struct net          *n = net_open(DATA "  map: [standardize]\n" MODEL
                                           "loss: xent\nmetrics: [accuracy]\n" OPTIM TAIL,
                                      1);
    const struct memory *m = &n->session->memory;
    size_t               at = 0;

    ck_assert_uint_gt(m->n_state, 3);
    for (size_t i = 0; i < m->n_state; i++) {
        ck_assert_ptr_eq(m->state[i].t->data, m->states + at);
        at += plan_round(tensor_bytes(m->state[i].t));
    }
    ck_assert_uint_eq(m->states_bytes, at);
    ck_assert_uint_eq(strncmp(m->state[0].name, "data.standardize1.", 18), 0);
    net_close(n);
}
END_TEST

/* Adam goes number by number: one call a group; the norm of clip is that of all weights.
 */
START_TEST(optimizers_see_the_groups_of_weights_and_keep_their_states_apart)
{
    struct net *n = net_open(
        DATA MODEL "loss:\n  - xent\n  - max_norm: {of: weights}\n" OPTIM TAIL, 1);
    const struct memory       *m = &n->session->memory;
    const struct update_chain *c = &n->session->frames->chain;

    ck_assert_uint_eq(m->weights.n_groups, 2); /* what decays, and biases */
    ck_assert_uint_eq(c->n_updaters, 3);
    ck_assert_uint_eq(c->updaters[0].inst.ctx.n_weight, 2);
    for (size_t k = 0; k < 2; k++) {
        size_t                 first = m->weights.groups[k].first;
        const struct instance *adam = &c->updaters[1 + k].inst;
        ck_assert_ptr_eq(c->updaters[0].inst.dweight[k].data, m->weights.g + first);
        ck_assert_ptr_eq(adam->weight[0].data, m->weights.w + first);
        ck_assert_int_eq(adam->weight[0].shape[0], (int64_t)m->weights.groups[k].n);
    }
    unsigned char *one = c->updaters[1].inst.state[0].data;
    unsigned char *two = c->updaters[2].inst.state[0].data;
    ck_assert_uint_ge((size_t)(two - one), 2 * m->weights.groups[0].n * sizeof(float));
    ck_assert(one >= m->optimizer_states);
    net_close(n);
}
END_TEST

/* A tray begins with the numbers of the rows; streams and scratch follow, none overlaps.
 */
START_TEST(a_tray_holds_a_batch_and_no_more)
{
    struct net          *n = net_open(DATA MODEL "loss: xent\n" OPTIM TAIL, 1);
    const struct frames *f = n->session->frames;
    struct tray          r = { 0 };
    int                  x = graph_find(f->graph, "x"), y = graph_find(f->graph, "y");

    ck_assert_int_eq(bind_tray(f, &r, 5, &n->diag), 0);
    ck_assert_ptr_eq(r.index, r.slab);
    ck_assert_ptr_eq(r.stream[x], r.slab + 64);
    ck_assert_ptr_eq(r.stream[y], (char *)r.stream[x] + 256); /* 5 of 12 floats */
    ck_assert(r.slab + bind_tray_bytes(f, 5) >= r.scratch);
    bind_node(f, 0, &r, false);
    ck_assert_ptr_eq(f->node[0]->in[0].data, r.index);
    ck_assert_ptr_eq(f->node[0]->out[0].data, r.stream[x]);
    free(r.slab);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bind");
    TCase *t = tcase_create("frames");

    tcase_add_test(t,
                   a_stream_lies_where_the_plan_says_for_who_makes_it_and_who_reads_it);
    tcase_add_test(t, a_batch_may_lie_somewhere_else_every_time);
    tcase_add_test(t, a_gradient_has_a_place_in_training_alone);
    tcase_add_test(t, frames_are_bound_anew_when_rows_or_the_slab_are_others);
    tcase_add_test(t, states_are_one_block_in_the_order_of_the_nodes);
    tcase_add_test(t, optimizers_see_the_groups_of_weights_and_keep_their_states_apart);
    tcase_add_test(t, a_tray_holds_a_batch_and_no_more);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
