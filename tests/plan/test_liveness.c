/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plan/plans.h"

#define DATA "data:\n  source: {random: {shape: [6], classes: 3, n: 24}}\n"
#define TAIL "loss: xent\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 8}\n"

START_TEST(a_value_lives_from_who_makes_it_to_its_last_reader)
{
    struct net *n =
        net_plan(DATA "model:\n  - dense: 4\n    as: a\n  - dense: 5\n    as: b\n"
                      "  - dense: 3\n    as: c\n" TAIL);
    const struct buffer *a = value_of(n, PLAN_TRAIN, "a");

    /* dense reads what came in when it goes backward */
    ck_assert_int_eq(a->first, step_of(n, PLAN_TRAIN, STEP_FORWARD, "a"));
    ck_assert_int_eq(a->last, step_of(n, PLAN_TRAIN, STEP_BACKWARD, "b"));
    a = value_of(n, PLAN_EVAL, "a");
    ck_assert_int_eq(a->last, step_of(n, PLAN_EVAL, STEP_FORWARD, "b"));
    net_close(n);
}
END_TEST

/* tanh promises not to read its input again, and to work in place. */
START_TEST(an_activation_lies_on_what_it_reads)
{
    struct net *n =
        net_plan(DATA "model:\n  - dense: 4\n    as: a\n  - tanh:\n    as: b\n"
                      "  - sigmoid:\n    as: c\n  - dense: 3\n    as: d\n" TAIL);
    const struct buffer *a = value_of(n, PLAN_EVAL, "a");

    ck_assert_ptr_eq(place_of(n, PLAN_EVAL, value_of(n, PLAN_EVAL, "b")), a);
    ck_assert_ptr_eq(place_of(n, PLAN_EVAL, value_of(n, PLAN_EVAL, "c")), a);
    net_close(n);
}
END_TEST

START_TEST(not_if_somebody_still_wants_that)
{
    struct net *n =
        net_plan(DATA "model:\n  - dense: 4\n    as: a\n  - tanh:\n    as: b\n"
                      "  - add:\n    from: [a, b]\n    as: c\n  - dense: 3\n"
                      "    as: d\n" TAIL);
    const struct buffer *a = place_of(n, PLAN_EVAL, value_of(n, PLAN_EVAL, "a"));

    ck_assert_ptr_ne(place_of(n, PLAN_EVAL, value_of(n, PLAN_EVAL, "b")), a);
    ck_assert_int_ge(a->last, step_of(n, PLAN_EVAL, STEP_FORWARD, "c"));
    net_close(n);
}
END_TEST

/* Its backward reads its output, so in training the input of sigmoid may be overwritten,
 * the output of tanh, which sigmoid reads in place, may not. */
START_TEST(what_backward_reads_is_not_overwritten)
{
    struct net *n =
        net_plan(DATA "model:\n  - dense: 4\n    as: a\n  - tanh:\n    as: b\n"
                      "  - sigmoid:\n    as: c\n  - dense: 3\n    as: d\n" TAIL);
    const struct buffer *b = value_of(n, PLAN_TRAIN, "b");

    ck_assert_ptr_ne(place_of(n, PLAN_TRAIN, value_of(n, PLAN_TRAIN, "c")),
                     place_of(n, PLAN_TRAIN, b));
    ck_assert_int_ge(b->last, step_of(n, PLAN_TRAIN, STEP_BACKWARD, "b"));
    net_close(n);
}
END_TEST

START_TEST(what_reports_may_read_stays_to_the_end)
{
    struct net *n =
        net_plan(DATA "model:\n  - dense: 4\n    as: a\n  - tanh:\n    as: b\n"
                      "  - dense: 3\n    as: c\n" TAIL);
    const struct plan *p = n->session->plans[PLAN_KEEP];

    for (size_t i = 0; i < p->n_buffers; i++) {
        ck_assert_int_eq(p->buffers[i].last, (int)p->n_steps);
        ck_assert_int_eq(p->buffers[i].same_as, -1);
    }
    net_close(n);
}
END_TEST

/* What dropout saves in forward is read in backward; in evaluation there is nothing to
 * save. */
START_TEST(saved_tensors_live_from_forward_to_backward)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 4\n    as: a\n  - dropout: 0.5\n"
                                  "    as: b\n  - dense: 3\n    as: c\n" TAIL);
    const struct plan   *p = n->session->plans[PLAN_TRAIN];
    const struct buffer *saved = &p->buffers[p->saved[node_of(n, "b")][0]];

    ck_assert_int_eq(saved->kind, BUFFER_SAVED);
    ck_assert_int_eq(saved->first, step_of(n, PLAN_TRAIN, STEP_FORWARD, "b"));
    ck_assert_int_eq(saved->last, step_of(n, PLAN_TRAIN, STEP_BACKWARD, "b"));
    ck_assert_int_eq(n->session->plans[PLAN_EVAL]->saved[node_of(n, "b")][0], -1);
    net_close(n);
}
END_TEST

/* A gradient for which two nodes have a part lives from the first that writes it. */
START_TEST(a_gradient_waits_for_all_who_add_to_it)
{
    struct net *n =
        net_plan(DATA "model:\n  - dense: 4\n    as: a\n  - dense: 4\n    as: b\n"
                      "  - add:\n    from: [b, a]\n    as: c\n  - dense: 3\n"
                      "    as: d\n" TAIL);
    const struct plan   *p = n->session->plans[PLAN_TRAIN];
    const struct buffer *da =
        &p->buffers[p->gradient[graph_find(n->session->graph, "a")]];
    int b = node_of(n, "b");

    ck_assert_int_eq(da->first, step_of(n, PLAN_TRAIN, STEP_BACKWARD, "c"));
    ck_assert_int_eq(da->last, step_of(n, PLAN_TRAIN, STEP_BACKWARD, "a"));
    ck_assert_int_ge(p->temporary[b][0], 0);
    ck_assert_int_eq(p->buffers[p->temporary[b][0]].last,
                     step_of(n, PLAN_TRAIN, STEP_BACKWARD, "b") + 1);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("liveness");
    TCase *t = tcase_create("lives");

    tcase_add_test(t, a_value_lives_from_who_makes_it_to_its_last_reader);
    tcase_add_test(t, an_activation_lies_on_what_it_reads);
    tcase_add_test(t, not_if_somebody_still_wants_that);
    tcase_add_test(t, what_backward_reads_is_not_overwritten);
    tcase_add_test(t, what_reports_may_read_stays_to_the_end);
    tcase_add_test(t, saved_tensors_live_from_forward_to_backward);
    tcase_add_test(t, a_gradient_waits_for_all_who_add_to_it);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
