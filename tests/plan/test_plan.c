/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plan/plans.h"

#include <stdio.h>

/* Of a batch: x f32 (8, 6) is 192 bytes, y i64 (8) is 64. */
#define DATA  "data:\n  source: {random: {shape: [6], classes: 3, n: 24}}\n"
#define TAIL  "loss: xent\noptim: {adam: {lr: 0.1}}\n" BATCH
#define BATCH "train: {epochs: 1, batch: 8}\n"

static const char net[] =
    DATA "model:\n  - dense: 4\n    as: a\n  - tanh:\n    as: b\n  - dense: 3\n"
         "    as: c\n" TAIL;

START_TEST(a_tensor_takes_whole_lines_of_the_cache)
{
    ck_assert_uint_eq(plan_round(0), 0);
    ck_assert_uint_eq(plan_round(1), 64);
    ck_assert_uint_eq(plan_round(64), 64);
    ck_assert_uint_eq(plan_round(65), 128);
}
END_TEST

/* Weights of 6 x 4, 4, 4 x 3 and 3 floats, each on lines of 16: 32 + 16 + 16 + 16. */
enum { FLOATS = 32 + 16 + 16 + 16, WEIGHTS = FLOATS * 4 };

START_TEST(weights_gradients_and_what_adam_keeps)
{
    struct net             *n = net_plan(net);
    const struct footprint *f = &n->session->footprint;

    ck_assert_uint_eq(f->weights, WEIGHTS);
    ck_assert_uint_eq(f->gradients, WEIGHTS);
    ck_assert_uint_eq(f->optimizer, 2 * WEIGHTS); /* two means a weight */
    ck_assert_uint_eq(f->best, WEIGHTS);
    net_close(n);
}
END_TEST

/* What is alive in the steps of training, in bytes of whole lines:
 *
 *   0 forward a, b     a 128, b on it                               128
 *   1 forward c        a, c 128                                     256
 *   2 backward xent    a, c, dc 128, loss 64, its gradient 64       512
 *   3 backward c, b    a, dc, db 128                                384
 *   4 backward a       da on db                                     128
 *
 * In evaluation the third is the loss, which also makes the prediction: c 128, loss 64,
 * prediction 128. Where reports may read all of it, nothing shares a place. */
enum { TRAIN = 512, EVAL = 320, KEEP = 128 + 128 + 128 + 64 + 128 };

START_TEST(activations_take_what_the_fullest_step_needs)
{
    struct net     *n = net_plan(net);
    struct session *s = n->session;

    ck_assert_uint_eq(s->plans[PLAN_TRAIN]->bytes, TRAIN);
    ck_assert_uint_eq(s->plans[PLAN_EVAL]->bytes, EVAL);
    ck_assert_uint_eq(s->plans[PLAN_KEEP]->bytes, KEEP);
    ck_assert_uint_eq(s->footprint.train, TRAIN);
    ck_assert_uint_eq(s->footprint.eval, EVAL);
    net_close(n);
}
END_TEST

/* A batch has x, y and the number of each row, i64; one is made while another trains. The
 * data are made row by row, but a training puts down the class of each of the 24, i64. */
enum { BATCHES = 2 * (192 + 64 + 64), CLASSES = 24 * 8 };

START_TEST(the_total_has_the_largest_plan_and_not_their_sum)
{
    struct net             *n = net_plan(net);
    const struct footprint *f = &n->session->footprint;

    ck_assert_uint_eq(f->batches, BATCHES);
    ck_assert_uint_eq(f->data, CLASSES);
    ck_assert_uint_eq(f->total, WEIGHTS + WEIGHTS + 2 * WEIGHTS + WEIGHTS + KEEP +
                                    BATCHES + CLASSES);
    net_close(n);
}
END_TEST

/* The gradient of c with respect to x, as a report asks for it: neither loss nor
 * gradients of weights. x comes with the batch, its gradient does not: 8 x 6 floats. */
START_TEST(a_gradient_of_one_stream_goes_back_to_the_input_alone)
{
    struct net         *n = net_plan(net);
    const struct graph *g = n->session->graph;
    const struct plan  *p = plan_gradient(&n->arena, g, graph_find(g, "c"));

    ck_assert(plan_goes_back(p) && !plan_trains(p));
    ck_assert_uint_eq(p->n_steps, 4); /* a with b, c, c with b, a */
    ck_assert_int_eq(p->value[graph_find(g, "xent")], -1);
    ck_assert_uint_eq(p->buffers[p->gradient[g->input]].bytes, 192);
    net_close(n);
}
END_TEST

static const struct {
    const char *what, *model, *steps;
} fits[] = {
    { "what leads to the estimator, without loss and without way back",
      "  - dense: 4\n    freeze: true\n    as: a\n  - tanh:\n    as: b\n"
      "  - pca: 2\n    as: k\n  - dense: 3\n    as: c\n" TAIL,
      "forward a, b; forward k" },
    { "each of two, the second of which reads the first",
      "  - pca: 3\n    as: p\n  - kmeans: 2\n    as: k\n" BATCH, "forward p; forward k" },
    { "nothing beside the way",
      "  - dense: 4\n    freeze: true\n    as: a\n  - dense: 5\n    from: a\n"
      "    freeze: true\n    as: idle\n  - pca: 2\n    from: a\n    as: k\n" BATCH,
      "forward a; forward k" },
    { "as in evaluation, what is for training alone is passed by",
      "  - dense: 4\n    freeze: true\n    as: a\n  - dropout: 0.5\n    when: train\n"
      "    as: b\n  - pca: 2\n    as: k\n" BATCH,
      "forward a; forward k" },
};

START_TEST(a_pass_that_fits_runs)
{
    char text[1024];

    snprintf(text, sizeof text, DATA "model:\n%s", fits[_i].model);
    struct net        *n = net_plan(text);
    const struct plan *p = n->session->plans[PLAN_FIT];

    ck_assert_msg(strcmp(steps_of(n, PLAN_FIT), fits[_i].steps) == 0, "%s:\n  %s\n  %s",
                  fits[_i].what, steps_of(n, PLAN_FIT), fits[_i].steps);
    ck_assert(!plan_goes_back(p));
    for (size_t i = 0; i < p->n_buffers; i++)
        ck_assert_int_eq(p->buffers[i].kind, BUFFER_VALUE);
    net_close(n);
}
END_TEST

START_TEST(without_an_estimator_there_is_no_such_plan)
{
    struct net *n = net_plan(net);

    ck_assert_ptr_null(n->session->plans[PLAN_FIT]);
    net_close(n);
}
END_TEST

/* Distances of 8 rows to k centres and chances of 2 candidates, floats: 64 + 64 bytes for
 * the first, 1024 + 64 for the second, which works when the first is done. */
START_TEST(scratch_is_that_of_the_hungriest_and_not_their_sum)
{
    struct net *n = net_plan(
        DATA "model:\n  - kmeans: {k: 2, candidates: 2, n_init: 1}\n"
             "  - kmeans: {k: 32, candidates: 2, n_init: 1}\n    from: x\n" BATCH);
    const struct plan *p = n->session->plans[PLAN_FIT];

    ck_assert_uint_eq(p->scratch, 1024 + 64);
    ck_assert_uint_eq(p->bytes, p->scratch_at + p->scratch);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("plan");
    TCase *bytes = tcase_create("bytes"), *fit = tcase_create("fit");

    tcase_add_test(bytes, a_tensor_takes_whole_lines_of_the_cache);
    tcase_add_test(bytes, weights_gradients_and_what_adam_keeps);
    tcase_add_test(bytes, activations_take_what_the_fullest_step_needs);
    tcase_add_test(bytes, the_total_has_the_largest_plan_and_not_their_sum);
    tcase_add_test(bytes, scratch_is_that_of_the_hungriest_and_not_their_sum);
    tcase_add_loop_test(fit, a_pass_that_fits_runs, 0, COUNT(fits));
    tcase_add_test(fit, without_an_estimator_there_is_no_such_plan);
    tcase_add_test(fit, a_gradient_of_one_stream_goes_back_to_the_input_alone);
    suite_add_tcase(s, bytes);
    suite_add_tcase(s, fit);
    return nnt_main(s);
}
