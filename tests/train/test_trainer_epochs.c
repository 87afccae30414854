/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SPIRAL                                                                           \
    "data:\n  source: {toy: {kind: spiral, n: 300, noise: 0.1}}\n"                       \
    "  split: {train: 0..199, val: 200..299}\n"                                          \
    "model:\n  - dense: 16\n  - tanh\n  - dropout: 0.1\n  - dense: 2\nloss: xent\n"      \
    "metrics: [accuracy]\noptim: {adam: {lr: 0.02}}\n"

static bool same_weights(const struct net *a, const struct net *b)
{
    return memcmp(a->session->memory.weights.w, b->session->memory.weights.w,
                  a->session->memory.weights.n * sizeof(float)) == 0;
}

/* ---- the hook between two updates ---- */

struct calls {
    int      n, stop_after; /* 0: never */
    uint64_t update;        /* of the latest call */
};

static int count_calls(struct trainer *t, void *arg)
{
    struct calls *c = arg;

    ck_assert_uint_eq(t->session->pace.update, c->update + 1);
    c->update = t->session->pace.update;
    return ++c->n == c->stop_after;
}

static int stop_learning(struct trainer *t, void *arg)
{
    t->session->pace.rate = t->session->pace.update >= *(uint64_t *)arg ? 0 : 1;
    return 0;
}

static void train_with(struct net *n, struct trainer t)
{
    t.session = n->session;
    t.report = &n->report;
    n->trainer = t;
    n->diag.class = DIAG_RUN;
    ck_assert_int_eq(trainer_run(&n->trainer, &n->diag), 0);
}

#define SIX_EPOCHS SPIRAL "train: {epochs: 6, batch: 32, accumulate: 2, seed: 5}\n"

START_TEST(a_hook_is_called_after_each_update_and_leaves_the_bits_alone)
{
    struct net  *with = net_open(SIX_EPOCHS, 1), *without = net_open(SIX_EPOCHS, 1);
    struct calls c = { 0 };

    train_with(with, (struct trainer){ .between = count_calls, .between_arg = &c });
    train_with(without, (struct trainer){ 0 });
    ck_assert_int_eq(c.n, 6 * 4); /* 7 batches an epoch, two an update */
    ck_assert_int_eq(with->trainer.outcome.ending, ENDED_DONE);
    ck_assert(same_weights(with, without));
    net_close(with);
    net_close(without);
}
END_TEST

START_TEST(updates_that_are_left_out_are_not_told_to_the_hook)
{
    struct net  *n = net_open("data:\n  source: {table: {columns: {x: [a], y: [b]}, "
                               "rows: [[1, 0], [3, 3e38], [3, 1], [2, 0]]}}\n"
                               "model:\n  - dense: 1\nloss: mse\n"
                               "optim: {adam: {lr: 0.01}}\ntrain: {epochs: 4, batch: 1, "
                               "shuffle: false, health: skip}\n",
                              1);
    struct calls c = { 0 };

    train_with(n, (struct trainer){ .between = count_calls, .between_arg = &c });
    ck_assert_int_eq(c.n, 12);
    net_close(n);
}
END_TEST

START_TEST(a_hook_ends_the_training_in_the_middle_of_an_epoch)
{
    struct net  *n = net_open(SIX_EPOCHS, 1);
    struct calls c = { .stop_after = 10 };

    train_with(n, (struct trainer){ .between = count_calls, .between_arg = &c });
    ck_assert_int_eq(c.n, 10);
    ck_assert_uint_eq(n->session->pace.update, 10);
    ck_assert_int_eq(n->trainer.outcome.ending, ENDED_ASKED);
    ck_assert_int_eq(n->trainer.outcome.epochs, 2);
    net_close(n);
}
END_TEST

START_TEST(a_training_that_a_hook_ended_goes_on_to_the_same_bits)
{
    struct net *half = net_open(SIX_EPOCHS, 1), *rest = net_open(SIX_EPOCHS, 1),
               *whole = net_open(SIX_EPOCHS, 1);
    struct calls c = { .stop_after = 10 };

    train_with(half, (struct trainer){ .between = count_calls,
                                       .between_arg = &c,
                                       .folder = nnt_folder() });
    train_with(rest, (struct trainer){ .resume = nnt_folder() });
    train_with(whole, (struct trainer){ 0 });
    ck_assert(!same_weights(half, whole));
    ck_assert(same_weights(rest, whole));
    ck_assert_int_eq(rest->trainer.outcome.epochs, 6);
    net_close(half);
    net_close(rest);
    net_close(whole);
}
END_TEST

/* A rate of 0 leaves the weights as they are: it took effect with the next update. */
START_TEST(a_hook_may_change_what_is_live)
{
    struct net  *stopped = net_open(SIX_EPOCHS, 1), *still = net_open(SIX_EPOCHS, 1);
    struct calls c = { .stop_after = 10 };
    uint64_t     from = 10;

    train_with(stopped, (struct trainer){ .between = count_calls,
                                          .between_arg = &c,
                                          .figures_on_demand = true });
    train_with(still, (struct trainer){ .between = stop_learning,
                                        .between_arg = &from,
                                        .figures_on_demand = true });
    ck_assert_uint_eq(still->session->pace.update, 24);
    ck_assert(same_weights(stopped, still));
    net_close(stopped);
    net_close(still);
}
END_TEST

START_TEST(without_figures_nothing_is_measured_and_nothing_else_changes)
{
    const char *yaml = SPIRAL "train: {epochs: 6, batch: 32, seed: 5, "
                              "stop: {when: epoch > 0, patience: 1}, "
                              "retry: {times: 3, unless: loss < 0}}\n";
    struct net *n = net_open(yaml, 1),
               *measured = net_open(SPIRAL "train: {epochs: 6, batch: 32, seed: 5, "
                                           "keep: {best: train.loss}}\n",
                                    1);

    train_with(n, (struct trainer){ .figures_on_demand = true });
    train_with(measured, (struct trainer){ 0 });
    ck_assert_int_eq(measured->trainer.outcome.best_epoch, 6);
    ck_assert(same_weights(n, measured));
    ck_assert_int_eq(n->trainer.outcome.epochs, 6);
    ck_assert_int_eq(n->trainer.outcome.best_epoch, 0);
    ck_assert_int_eq(n->trainer.outcome.attempts, 1);
    ck_assert_uint_eq(n->trainer.state.history.n, 0);
    net_close(n);
    net_close(measured);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("trainer_epochs");
    TCase *t = tcase_create("hook");

    tcase_add_test(t, a_hook_is_called_after_each_update_and_leaves_the_bits_alone);
    tcase_add_test(t, updates_that_are_left_out_are_not_told_to_the_hook);
    tcase_add_test(t, a_hook_ends_the_training_in_the_middle_of_an_epoch);
    tcase_add_test(t, a_training_that_a_hook_ended_goes_on_to_the_same_bits);
    tcase_add_test(t, a_hook_may_change_what_is_live);
    tcase_add_test(t, without_figures_nothing_is_measured_and_nothing_else_changes);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
