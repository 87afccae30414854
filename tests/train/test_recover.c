/* SPDX-License-Identifier: MIT */
/* One update whose loss is not finite, and what is done about it. */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <string.h>

#include "run/update.h"
#include "train/recover.h"

#define NET(health)                                                                      \
    "data:\n  source: {toy: {kind: circle, n: 64, noise: 0}}\nmodel:\n  - dense: 4\n"    \
    "  - batchnorm\n  - relu\n  - dense: 1\nloss: bce\noptim: {adam: {lr: 0.05}}\n"      \
    "train: {epochs: 5, batch: 16, seed: 3, health: " health "}\n"

static const struct where where = { .epoch = 3, .step = 12, .first = 16, .last = 31 };

struct sick {
    struct net  *net;
    struct state state;
};

static void update(struct net *n)
{
    net_step(n);
    ck_assert_int_eq(update_run(n->session, &n->diag), 0);
}

static struct sick begin(const char *yaml)
{
    struct sick k = { .net = net_open(yaml, 1) };

    ck_assert_int_eq(state_open(&k.state, k.net->session, &k.net->diag), 0);
    k.net->diag.class = DIAG_RUN;
    return k;
}

static void end(struct sick *k)
{
    state_close(&k->state);
    net_close(k->net);
}

static int recover_now(struct sick *k)
{
    return recover(&k->state, &where, &k->net->report, &k->net->diag);
}

START_TEST(stop_is_the_end)
{
    struct sick k = begin(NET("stop"));

    update(k.net);
    ck_assert_int_eq(recover_now(&k), -1);
    ck_assert_int_eq(diag_exit(&k.net->diag), DIAG_DIVERGED);
    end(&k);
}
END_TEST

START_TEST(skip_takes_back_what_the_batch_taught_the_states)
{
    struct sick     k = begin(NET("skip"));
    struct session *s = k.net->session;
    unsigned char   before[4096];

    ck_assert_uint_le(s->memory.states_bytes, sizeof before);
    update(k.net);
    memcpy(before, s->memory.states, s->memory.states_bytes);
    recover_remember(&k.state);
    net_step(k.net);
    ck_assert_int_ne(memcmp(before, s->memory.states, s->memory.states_bytes), 0);
    ck_assert_int_eq(recover_now(&k), 0);
    net_step(k.net); /* of the same update, behind the one that was at fault */
    recover_left_out(&k.state);
    ck_assert_int_eq(memcmp(before, s->memory.states, s->memory.states_bytes), 0);
    ck_assert_int_eq(k.state.at.skipped, 1);
    ck_assert_int_eq(k.state.at.skips_in_row, 1);
    end(&k);
}
END_TEST

/* 64 rows in batches of 16: no update of an epoch went well. */
START_TEST(skip_gives_up_after_an_epoch_without_an_update)
{
    struct sick k = begin(NET("skip"));

    update(k.net);
    recover_remember(&k.state);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(recover_now(&k), 0);
    ck_assert_int_eq(recover_now(&k), -1);
    ck_assert_int_eq(diag_exit(&k.net->diag), DIAG_DIVERGED);
    end(&k);
}
END_TEST

START_TEST(an_update_that_goes_well_begins_the_row_anew)
{
    struct sick k = begin(NET("skip"));

    update(k.net);
    recover_remember(&k.state);
    for (int i = 0; i < 8; i++) {
        ck_assert_int_eq(recover_now(&k), 0);
        recover_healthy(&k.state);
    }
    ck_assert_int_eq(k.state.at.skipped, 8);
    ck_assert_int_eq(k.state.at.skips_in_row, 0);
    end(&k);
}
END_TEST

static bool all_zero(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i])
            return false;
    return true;
}

START_TEST(back_begins_the_epoch_again_with_half_the_rate)
{
    struct sick      k = begin(NET("back"));
    struct session  *s = k.net->session;
    struct position *at = &k.state.at;

    update(k.net);
    *at = (struct position){
        .epoch = 3, .part = { 2, 32, 1, 2, 3 }, .first_update = 8, .attempt = 1
    };
    ck_assert(!all_zero(s->memory.optimizer_states, s->memory.optimizer_bytes));
    ck_assert_int_eq(recover_now(&k), 1);
    ck_assert_double_eq(s->pace.rate, 0.5);
    ck_assert_uint_eq(s->pace.update, 8);
    ck_assert(all_zero(s->memory.optimizer_states, s->memory.optimizer_bytes));
    ck_assert_int_eq(at->halvings, 1);
    ck_assert_int_eq(at->part.batches + at->part.rows, 0);
    ck_assert_double_eq(at->part.loss + at->part.count + at->part.penalty, 0);
    ck_assert_int_eq(at->epoch, 3);
    end(&k);
}
END_TEST

/* best: an epoch has been the best before; else the run begins as it began, with what is
 * not of its seed: a stage before or an estimator may have given it. */
START_TEST(back_goes_to_the_best_weights_or_to_the_first)
{
    bool            best = _i;
    struct sick     k = begin(NET("back"));
    struct session *s = k.net->session;
    float           want[128];

    ck_assert_uint_le(s->memory.weights.n, COUNT(want));
    update(k.net);
    state_keep_best(&k.state);
    k.state.standing.best_epoch = best ? 2 : 0;
    memcpy(want, s->memory.weights.w, s->memory.weights.n * sizeof(float));
    update(k.net);
    ck_assert_int_ne(
        memcmp(want, s->memory.weights.w, s->memory.weights.n * sizeof(float)), 0);
    ck_assert_int_eq(recover_now(&k), 1);
    ck_assert_int_eq(
        memcmp(want, s->memory.weights.w, s->memory.weights.n * sizeof(float)), 0);
    end(&k);
}
END_TEST

START_TEST(back_gives_up_after_ten_times)
{
    struct sick k = begin(NET("back"));

    update(k.net);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(recover_now(&k), 1);
    ck_assert_double_eq(k.net->session->pace.rate, 1.0 / 1024);
    ck_assert_int_eq(recover_now(&k), -1);
    ck_assert_int_eq(diag_exit(&k.net->diag), DIAG_DIVERGED);
    end(&k);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("recover");
    TCase *t = tcase_create("health");

    tcase_add_test(t, stop_is_the_end);
    tcase_add_test(t, skip_takes_back_what_the_batch_taught_the_states);
    tcase_add_test(t, skip_gives_up_after_an_epoch_without_an_update);
    tcase_add_test(t, an_update_that_goes_well_begins_the_row_anew);
    tcase_add_test(t, back_begins_the_epoch_again_with_half_the_rate);
    tcase_add_loop_test(t, back_goes_to_the_best_weights_or_to_the_first, 0, 2);
    tcase_add_test(t, back_gives_up_after_ten_times);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
