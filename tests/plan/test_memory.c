/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#define DATA "data:\n  source: {random: {shape: [6], classes: 3, n: 24}}\n"

static const char *const nets[] = {
    DATA "model:\n  - dense: 8\n  - tanh\n  - dense: 3\nloss: xent\n"
         "optim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 8}\n",
    DATA "model:\n  - dense: 8\n    as: a\n  - relu:\n    as: b\n  - dense: 8\n  - tanh\n"
         "  - add:\n    from: [prev, b]\n  - sigmoid\n  - dense: 3\nloss: xent\n"
         "optim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 8}\n",
    DATA "model:\n  - dense: 8\n    as: a\n  - relu:\n    as: b\n  - tanh:\n    from: a\n"
         "    as: c\n  - concat:\n    from: [a, b, c]\n  - dropout: 0.5\n  - dense: 3\n"
         "loss: xent\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 8}\n",
};

static bool meet(const struct buffer *a, const struct buffer *b)
{
    return a->first <= b->last && b->first <= a->last;
}

static bool overlap(const struct buffer *a, const struct buffer *b)
{
    return a->offset < b->offset + b->bytes && b->offset < a->offset + a->bytes;
}

static int root(const struct plan *p, int b)
{
    while (p->buffers[b].same_as >= 0)
        b = p->buffers[b].same_as;
    return b;
}

static void nothing_collides(const struct plan *p)
{
    for (size_t i = 0; i < p->n_buffers; i++)
        for (size_t k = 0; k < i; k++) {
            const struct buffer *a = &p->buffers[i], *b = &p->buffers[k];
            if (root(p, (int)i) != root(p, (int)k) && meet(a, b))
                ck_assert_msg(!overlap(a, b), "buffers %zu and %zu", i, k);
        }
}

START_TEST(what_is_alive_together_never_overlaps)
{
    struct net *n = net_plan(nets[_i]);

    for (int k = 0; k < 3; k++)
        nothing_collides(n->session->plans[k]);
    net_close(n);
}
END_TEST

START_TEST(everything_is_inside_the_slab_and_aligned)
{
    struct net *n = net_plan(nets[_i]);

    for (int k = 0; k < 3; k++) {
        const struct plan *p = n->session->plans[k];
        for (size_t i = 0; i < p->n_buffers; i++) {
            ck_assert_uint_eq(p->buffers[i].offset % PLAN_ALIGN, 0);
            ck_assert_uint_le(p->buffers[i].offset + p->buffers[i].bytes, p->bytes);
        }
    }
    net_close(n);
}
END_TEST

START_TEST(an_activation_lies_on_its_input)
{
    struct net        *n = net_plan(nets[0]);
    const struct plan *p = n->session->plans[PLAN_TRAIN];
    int                in = p->value[graph_find(n->session->graph, "dense1")];
    int                out = p->value[graph_find(n->session->graph, "tanh1")];

    ck_assert_uint_eq(p->buffers[in].offset, p->buffers[out].offset);
    net_close(n);
}
END_TEST

START_TEST(a_value_that_is_read_again_is_not_overwritten)
{
    struct net        *n = net_plan(nets[2]);
    const struct plan *p = n->session->plans[PLAN_TRAIN];
    int                a = p->value[graph_find(n->session->graph, "a")];
    int                b = p->value[graph_find(n->session->graph, "b")];

    ck_assert_uint_ne(p->buffers[a].offset, p->buffers[b].offset);
    net_close(n);
}
END_TEST

START_TEST(reuse_takes_less_than_a_place_for_each)
{
    struct net        *n = net_plan(nets[_i]);
    const struct plan *p = n->session->plans[PLAN_TRAIN];
    size_t             sum = 0;

    for (size_t i = 0; i < p->n_buffers; i++)
        sum += plan_round(p->buffers[i].bytes);
    ck_assert_uint_lt(p->bytes, sum);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("memory");
    TCase *t = tcase_create("plan");

    tcase_add_loop_test(t, what_is_alive_together_never_overlaps, 0, COUNT(nets));
    tcase_add_loop_test(t, everything_is_inside_the_slab_and_aligned, 0, COUNT(nets));
    tcase_add_test(t, an_activation_lies_on_its_input);
    tcase_add_test(t, a_value_that_is_read_again_is_not_overwritten);
    tcase_add_loop_test(t, reuse_takes_less_than_a_place_for_each, 0, COUNT(nets));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
