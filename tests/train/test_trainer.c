/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define XOR                                                                              \
    "data:\n  source: {toy: {kind: xor}}\nmodel:\n  - dense: 4\n  - tanh\n  - dense: "   \
    "1\n"                                                                                \
    "loss: bce\nmetrics: [accuracy]\noptim: {adam: {lr: 0.05}}\n"
#define SPIRAL                                                                           \
    "data:\n  source: {toy: {kind: spiral, n: 300, noise: 0.1}}\n"                       \
    "  split: {train: 0..199, val: 200..299}\n"                                          \
    "model:\n  - dense: 16\n  - tanh\n  - dropout: 0.1\n  - dense: 2\nloss: xent\n"      \
    "metrics: [accuracy]\noptim: {adam: {lr: 0.02}}\n"

static float *weights_after(const char *yaml, int threads, size_t *n)
{
    struct net *net = net_open(yaml, threads);

    net_train(net);
    *n = net->session->memory.weights.n;
    float *w = malloc(*n * sizeof *w);
    memcpy(w, net->session->memory.weights.w, *n * sizeof *w);
    net_close(net);
    return w;
}

static bool same_weights(const struct net *a, const struct net *b)
{
    return memcmp(a->session->memory.weights.w, b->session->memory.weights.w,
                  a->session->memory.weights.n * sizeof(float)) == 0;
}

/* What schedules have driven is as the file says again, too. */
START_TEST(another_attempt_is_the_run_of_its_seed)
{
#define DRIVEN                                                                           \
    "data:\n  source: {toy: {kind: xor}}\nmodel:\n  - dense: 4\n"                        \
    "  - dropout: 0.4\n    as: drop\n  - dense: 1\nloss: bce\nmetrics: [accuracy]\n"     \
    "optim:\n  sgd: {lr: 0.1}\n  schedule:\n    - linear: {to: 0}\n"                     \
    "      of: model.drop.p\ntrain: {epochs: 4, batch: 2, "
    size_t n, m;
    float *again = weights_after(
        DRIVEN "seed: 6, retry: {times: 1, unless: accuracy > 2}}\n", 1, &n);
    float *alone = weights_after(DRIVEN "seed: 7}\n", 1, &m);

    ck_assert_uint_eq(n, m);
    ck_assert_int_eq(memcmp(again, alone, n * sizeof *again), 0);
    free(again);
    free(alone);
}
END_TEST

START_TEST(learns_xor)
{
    struct net *n = net_open(XOR "train: {epochs: 500, batch: 4, seed: 3}\n", 1);

    net_train(n);
    ck_assert_double_eq(net_final(n, "train.accuracy"), 1);
    ck_assert_double_lt(net_final(n, "train.loss"), 0.05);
    net_close(n);
}
END_TEST

START_TEST(any_number_of_threads_gives_the_same_bits)
{
    static const int threads[] = { 2, 3, 7 };
    const char      *yaml = SPIRAL "train: {epochs: 5, batch: 32, seed: 5}\n";
    size_t           n, m;
    float           *one = weights_after(yaml, 1, &n);
    float           *many = weights_after(yaml, threads[_i], &m);

    ck_assert_uint_eq(n, m);
    ck_assert_int_eq(memcmp(one, many, n * sizeof *one), 0);
    free(one);
    free(many);
}
END_TEST

START_TEST(another_seed_gives_other_weights)
{
    size_t n;
    float *a = weights_after(SPIRAL "train: {epochs: 1, batch: 32, seed: 5}\n", 1, &n);
    float *b = weights_after(SPIRAL "train: {epochs: 1, batch: 32, seed: 6}\n", 1, &n);

    ck_assert_int_ne(memcmp(a, b, n * sizeof *a), 0);
    free(a);
    free(b);
}
END_TEST

/* One update an epoch; the rate that an epoch's last update was made with. */
static const struct {
    const char *schedule;
    double      rate[6];
} schedules[] = {
    { "{step: {every: 2, factor: 0.1}}", { 0.1, 0.1, 0.01, 0.01, 0.001, 0.001 } },
    { "{exponential: {gamma: 0.5}}", { 0.1, 0.05, 0.025, 0.0125, 0.00625, 0.003125 } },
    { "{linear: {to: 0, over: 4}}", { 0.1, 0.075, 0.05, 0.025, 0, 0 } },
    { "{linear: {to: 0}}", { 0.1, 0.5 / 6, 0.4 / 6, 0.3 / 6, 0.2 / 6, 0.1 / 6 } },
};

START_TEST(a_schedule_in_epochs_begins_with_the_value_of_the_file)
{
    char yaml[600];

    snprintf(yaml, sizeof yaml,
             "data:\n  source: {toy: {kind: xor}}\nmodel:\n  - dense: 1\nloss: bce\n"
             "optim:\n  sgd: {lr: 0.1}\n  schedule: %s\n"
             "train: {epochs: 6, batch: 2, accumulate: 2}\n",
             schedules[_i].schedule);
    struct net *n = net_open(yaml, 1);
    net_train(n);
    const struct curve *c = history_find(&n->trainer.state.history, "lr");
    ck_assert_uint_eq(c->n, 6);
    for (size_t i = 0; i < 6; i++)
        ck_assert_double_eq_tol(c->value[i], schedules[_i].rate[i], 1e-12);
    net_close(n);
}
END_TEST

/* Seven rows at once, or in batches of which the last group and its last batch are short.
 */
static const char *const cuts[] = { "batch: 2, accumulate: 4", "batch: 3, accumulate: 3",
                                    "batch: 1, accumulate: 9",
                                    "batch: 6, accumulate: 2" };
#define SEVEN                                                                            \
    "data:\n  source: {random: {shape: [3], classes: 3, n: 7}}\nmodel:\n"                \
    "  - dense: 4\n    as: h\n  - tanh\n  - dense: 3\nloss:\n  - xent\n"                 \
    "  - l2: {of: h}\n    weight: 0.5\noptim: {sgd: {lr: 0.1}}\n"

START_TEST(a_row_weighs_the_same_in_whichever_batch_it_falls)
{
    char   yaml[600];
    size_t n, m;

    snprintf(yaml, sizeof yaml, SEVEN "train: {epochs: 3, %s}\n", cuts[_i]);
    float *whole = weights_after(SEVEN "train: {epochs: 3, batch: 7}\n", 1, &n);
    float *parts = weights_after(yaml, 1, &m);
    ck_assert_uint_eq(n, m);
    for (size_t i = 0; i < n; i++)
        ck_assert_double_eq_tol((double)whole[i], (double)parts[i], 1e-6);
    free(whole);
    free(parts);
}
END_TEST

START_TEST(stops_when_a_condition_has_held_long_enough)
{
    struct net *n = net_open(XOR "train: {epochs: 500, batch: 4, seed: 3, "
                                 "stop: {when: accuracy >= 1, for: 3}}\n",
                             1);

    net_train(n);
    const struct curve *c = history_find(&n->trainer.state.history, "train.accuracy");
    ck_assert_int_eq(n->trainer.outcome.ending, ENDED_WHEN);
    ck_assert_int_lt(n->trainer.outcome.epochs, 500);
    for (size_t i = 1; i <= 3; i++)
        ck_assert_double_eq(c->value[c->n - i], 1);
    ck_assert_double_lt(c->value[c->n - 4], 1);
    net_close(n);
}
END_TEST

START_TEST(a_condition_may_ask_for_the_epoch)
{
    struct net *n = net_open(XOR "train: {epochs: 500, batch: 4, "
                                 "stop: {when: epoch >= 3 and loss > 0}}\n",
                             1);

    net_train(n);
    ck_assert_int_eq(n->trainer.outcome.ending, ENDED_WHEN);
    ck_assert_int_eq(n->trainer.outcome.epochs, 3);
    net_close(n);
}
END_TEST

START_TEST(patience_ends_a_run_and_the_best_weights_come_back)
{
    struct net *n = net_open(SPIRAL "train: {epochs: 400, batch: 32, seed: 2, "
                                    "stop: {patience: 4}}\n",
                             1);

    net_train(n);
    const struct outcome *o = &n->trainer.outcome;
    const struct curve   *c = history_find(&n->trainer.state.history, "val.loss");
    ck_assert_int_eq(o->ending, ENDED_PATIENCE);
    ck_assert_int_eq(o->epochs, o->best_epoch + 4);
    for (size_t i = 0; i < c->n; i++)
        ck_assert_double_ge(c->value[i], c->value[o->best_epoch - 1]);
    ck_assert_double_eq_tol(net_final(n, "val.loss"), c->value[o->best_epoch - 1], 1e-12);
    net_close(n);
}
END_TEST

START_TEST(a_metric_that_wants_to_be_large_is_maximized)
{
    struct net *n = net_open(SPIRAL "train: {epochs: 20, batch: 32, seed: 2, "
                                    "keep: {best: val.accuracy}}\n",
                             1);

    net_train(n);
    const struct curve *c = history_find(&n->trainer.state.history, "val.accuracy");
    int64_t             best = n->trainer.outcome.best_epoch;
    for (size_t i = 0; i < c->n; i++)
        ck_assert_double_le(c->value[i], c->value[best - 1]);
    for (int64_t i = 0; i < best - 1; i++) /* ties go to the earlier epoch */
        ck_assert_double_lt(c->value[i], c->value[best - 1]);
    net_close(n);
}
END_TEST

#define TWO_UNITS                                                                        \
    "data:\n  source: {toy: {kind: xor}}\nmodel: [{dense: 2}, relu, {dense: 1}]\n"       \
    "loss: bce\nmetrics: [accuracy]\noptim: {sgd: {lr: 0.5}}\n"                          \
    "train: {epochs: 200, batch: 4, seed: "

/* The losses of the seeds 1 to 6 alone are 0.6931, 0.3529, 0.4791, 0.6931, 0.6931,
 * 0.4790: the second is nearest, whatever comes behind it. */
START_TEST(of_attempts_that_all_miss_the_best_is_kept_whole)
{
    struct net *n =
                   net_open(TWO_UNITS "1, retry: {times: 5, unless: accuracy > 2}}\n", 1),
               *alone = net_open(TWO_UNITS "2}\n", 1);
    const struct outcome *o = &n->trainer.outcome;

    net_train(n);
    net_train(alone);
    ck_assert_int_eq(o->attempts, 6);
    ck_assert_int_eq(o->attempt, 2);
    ck_assert(!o->unless_met);
    ck_assert_uint_eq(o->seed, 2);
    ck_assert_int_eq(o->best_epoch, alone->trainer.outcome.best_epoch);
    ck_assert(same_weights(n, alone));
    ck_assert_double_eq(net_final(n, "train.loss"), net_final(alone, "train.loss"));
    ck_assert_double_eq_tol(net_final(n, "train.loss"), 0.35291, 5e-6);
    const struct curve *c = history_find(&n->trainer.state.history, "train.loss");
    const struct curve *w = history_find(&alone->trainer.state.history, "train.loss");
    ck_assert_uint_eq(c->n, w->n);
    ck_assert_int_eq(memcmp(c->value, w->value, c->n * sizeof *c->value), 0);
    net_close(n);
    net_close(alone);
}
END_TEST

START_TEST(an_attempt_that_meets_the_condition_is_kept_and_is_the_last)
{
    struct net *n = net_open(
        TWO_UNITS "1, retry: {times: 5, unless: loss < 0.5}, keep: {best: accuracy}}\n",
        1);

    net_train(n);
    ck_assert_int_eq(n->trainer.outcome.attempts, 2);
    ck_assert_int_eq(n->trainer.outcome.attempt, 2);
    ck_assert(n->trainer.outcome.unless_met);
    net_close(n);
}
END_TEST

START_TEST(divergence_names_where_it_was_seen)
{
    struct net *n = net_open("data:\n  source: {toy: {kind: circle, n: 64, noise: 0}}\n"
                             "model:\n  - dense: 8\n  - relu\n  - dense: 1\n    as: out\n"
                             "loss: mse\noptim: {sgd: {lr: 1e20}}\n"
                             "train: {epochs: 50, batch: 16}\n",
                             1);

    ck_assert_int_eq(net_try_train(n), -1);
    ck_assert_int_eq(diag_exit(&n->diag), DIAG_DIVERGED);
    ck_assert_str_eq(n->diag.entries[0].text,
                     "training diverged in epoch 1, step 2: output of out is not finite "
                     "(element 0)");
    ck_assert_str_eq(n->diag.entries[0].notes[0],
                     "rows 16..31 in the order of the epoch");
    ck_assert_ptr_nonnull(
        strstr(n->diag.entries[0].notes[1], "largest gradient before 0."));
    net_close(n);
}
END_TEST

#define TOO_FAST                                                                         \
    "data:\n  source: {toy: {kind: circle, n: 64, noise: 0}}\n"                          \
    "model:\n  - dense: 8\n  - relu\n  - dense: 1\nloss: mse\noptim: {sgd: {lr: 30}}\n"

START_TEST(going_back_halves_the_rate_until_it_learns)
{
    struct net *n =
        net_open(TOO_FAST "train: {epochs: 50, batch: 16, health: back}\n", 1);

    net_train(n);
    ck_assert_int_ge(n->trainer.state.at.halvings, 3);
    ck_assert_double_eq(n->session->pace.rate,
                        pow(0.5, (double)n->trainer.state.at.halvings));
    ck_assert_double_lt(net_final(n, "train.loss"), 1);
    net_close(n);
}
END_TEST

START_TEST(going_back_ends)
{
    struct net *n = net_open("data:\n  source: {table: {columns: {x: [a], y: [b]}, "
                             "rows: [[1, 3e38], [2, 3e38]]}}\nmodel:\n  - dense: 1\n"
                             "loss: mse\noptim: {sgd: {lr: 1}}\n"
                             "train: {epochs: 3, batch: 2, health: back}\n",
                             1);

    ck_assert_int_eq(net_try_train(n), -1);
    ck_assert_int_eq(diag_exit(&n->diag), DIAG_DIVERGED);
    ck_assert_int_eq(n->trainer.state.at.halvings, 10);
    net_close(n);
}
END_TEST

/* A row that overflows: its update is left out, also of what batchnorm has learned. */
START_TEST(a_bad_batch_is_skipped)
{
    struct net *n =
        net_open("data:\n  source: {table: {columns: {x: [a], y: [b]}, "
                 "rows: [[1, 0], [3, 3e38], [3, 1], [2, 0]]}}\n"
                 "model:\n  - dense: 4\n  - batchnorm\n  - dense: 1\n"
                 "loss: mse\noptim: {adam: {lr: 0.01}}\n"
                 "train: {epochs: 4, batch: 1, shuffle: false, health: skip}\n",
                 1);

    net_train(n);
    ck_assert_int_eq(n->trainer.state.at.skipped, 4);
    ck_assert_uint_eq(n->session->pace.update, 12);
    for (size_t i = 0; i < n->session->memory.weights.n; i++)
        ck_assert(isfinite(n->session->memory.weights.w[i]));
    net_close(n);
}
END_TEST

START_TEST(skipping_everything_is_no_training)
{
    struct net *n =
        net_open("data:\n  source: {table: {columns: {x: [a], y: [b]}, "
                 "rows: [[3e38, 3e38], [3e38, 3e38]]}}\nmodel:\n  - dense: 1\n"
                 "loss: mse\noptim: {sgd: {lr: 1}}\n"
                 "train: {steps: 10, batch: 1, health: skip}\n",
                 1);

    ck_assert_int_eq(net_try_train(n), -1);
    ck_assert_int_eq(diag_exit(&n->diag), DIAG_DIVERGED);
    net_close(n);
}
END_TEST

/* Optimizers and penalties may ask for scratch: clip and kl_sparse do. */
START_TEST(whoever_asks_for_scratch_gets_it)
{
    struct net *n =
        net_open("data:\n  source: {toy: {kind: circle, n: 64, noise: 0}}\n"
                 "model:\n  - dense: 8\n  - sigmoid:\n    as: h\n  - dense: 1\n"
                 "loss:\n  - bce\n  - kl_sparse: {of: h, rho: 0.2}\n    weight: 0.1\n"
                 "optim:\n  sgd: {lr: 0.5}\n  clip: 0.01\n"
                 "train: {epochs: 3, batch: 10}\n",
                 1);

    net_train(n);
    ck_assert_double_gt(
        history_find(&n->trainer.state.history, "train.penalty")->value[0], 0);
    net_close(n);
}
END_TEST

START_TEST(a_schedule_by_epochs_begins_with_the_first)
{
    struct net *n = net_open("data:\n  source: {toy: {kind: xor}}\nmodel:\n  - dense: 1\n"
                             "loss: bce\noptim:\n  sgd: {lr: 0.3}\n"
                             "  schedule: {plateau: {watch: train.loss, warmup: 2}}\n"
                             "train: {epochs: 3, batch: 4}\n",
                             1);

    net_train(n);
    const struct curve *lr = history_find(&n->trainer.state.history, "lr");
    ck_assert_double_eq_tol(lr->value[0], 0.1, 1e-12);
    ck_assert_double_eq_tol(lr->value[1], 0.2, 1e-12);
    ck_assert_double_eq_tol(lr->value[2], 0.3, 1e-12);
    net_close(n);
}
END_TEST

START_TEST(a_frozen_weight_does_not_move)
{
    struct net *n = net_open("data:\n  source: {toy: {kind: xor}}\nmodel:\n  - dense: 4\n"
                             "    as: still\n    freeze: true\n  - tanh\n  - dense: 1\n"
                             "loss: bce\noptim: {adam: {lr: 0.05}}\n"
                             "train: {epochs: 20, batch: 4}\n",
                             1);
    size_t      at = n->session->memory.weights.offset[0];
    float       before[8], *w = n->session->memory.weights.w + at;

    memcpy(before, w, sizeof before);
    ck_assert_uint_ge(at, n->session->memory.weights.n_trained);
    net_train(n);
    ck_assert_int_eq(memcmp(before, w, sizeof before), 0);
    net_close(n);
}
END_TEST

START_TEST(a_schedule_drives_the_rate_and_any_live_parameter)
{
    struct net *n = net_open("data:\n  source: {toy: {kind: xor}}\nmodel:\n  - dense: 4\n"
                             "  - dropout: 0.4\n    as: drop\n  - dense: 1\nloss: bce\n"
                             "optim:\n  sgd: {lr: 0.1}\n  schedule:\n"
                             "    - linear: {to: 0}\n    - linear: {to: 0}\n"
                             "      of: model.drop.p\n"
                             "train: {epochs: 10, batch: 4}\n",
                             1);

    net_train(n);
    const struct curve *lr = history_find(&n->trainer.state.history, "lr");
    ck_assert_double_lt(lr->value[9], 0.02);
    ck_assert_double_lt(lr->value[5], lr->value[4]);
    ck_assert_double_lt(*(double *)n->session->frames->node[2]->self, 0.08);
    ck_assert_double_eq(*(double *)n->session->graph->nodes[2].item->self, 0.4);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("trainer");
    TCase *t = tcase_create("run");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, learns_xor);
    tcase_add_loop_test(t, a_row_weighs_the_same_in_whichever_batch_it_falls, 0,
                        sizeof cuts / sizeof *cuts);
    tcase_add_loop_test(t, a_schedule_in_epochs_begins_with_the_value_of_the_file, 0,
                        sizeof schedules / sizeof *schedules);
    tcase_add_loop_test(t, any_number_of_threads_gives_the_same_bits, 0, 3);
    tcase_add_test(t, another_seed_gives_other_weights);
    tcase_add_test(t, stops_when_a_condition_has_held_long_enough);
    tcase_add_test(t, a_condition_may_ask_for_the_epoch);
    tcase_add_test(t, patience_ends_a_run_and_the_best_weights_come_back);
    tcase_add_test(t, a_metric_that_wants_to_be_large_is_maximized);
    tcase_add_test(t, of_attempts_that_all_miss_the_best_is_kept_whole);
    tcase_add_test(t, an_attempt_that_meets_the_condition_is_kept_and_is_the_last);
    tcase_add_test(t, another_attempt_is_the_run_of_its_seed);
    tcase_add_test(t, divergence_names_where_it_was_seen);
    tcase_add_test(t, going_back_halves_the_rate_until_it_learns);
    tcase_add_test(t, going_back_ends);
    tcase_add_test(t, a_bad_batch_is_skipped);
    tcase_add_test(t, skipping_everything_is_no_training);
    tcase_add_test(t, whoever_asks_for_scratch_gets_it);
    tcase_add_test(t, a_schedule_by_epochs_begins_with_the_first);
    tcase_add_test(t, a_frozen_weight_does_not_move);
    tcase_add_test(t, a_schedule_drives_the_rate_and_any_live_parameter);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
