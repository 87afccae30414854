/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <string.h>

#define ROWS                                                                             \
    "data:\n  source:\n    table:\n      columns: {x: [a], y: [b]}\n"                    \
    "      rows: [[0,0],[1,1],[2,2],[3,3],[4,4],[5,5],[6,6],[7,7],[8,8],[9,9]]\n"
#define REST "model:\n  - dense: 1\nloss: mse\noptim: {sgd: {lr: 0}}\n"

/* What is left of a pass without its first batches. */
static size_t rest(struct net *n, enum split split, bool shuffled, uint64_t epoch,
                   int64_t skip, float *out)
{
    struct session *s = n->session;
    int             x = graph_find(s->graph, "x");
    int64_t         rows;
    size_t          total = 0;

    feed_start(s, split, shuffled, epoch, s->spec->train.batch, skip);
    for (;;) {
        ck_assert_int_eq(feed_next(s, &rows, &n->diag), 0);
        if (!rows)
            return total;
        memcpy(out + total, s->memory.stream[x], (size_t)rows * sizeof *out);
        total += (size_t)rows;
    }
}

static size_t pass(struct net *n, enum split split, bool shuffled, uint64_t epoch,
                   float *out)
{
    return rest(n, split, shuffled, epoch, 0, out);
}

START_TEST(a_shuffled_pass_has_every_row_once)
{
    struct net *n = net_open(ROWS REST "train: {epochs: 1, batch: 4}\n", 1);
    float       a[10], b[10];
    int         seen[10] = { 0 };

    ck_assert_uint_eq(pass(n, SPLIT_TRAIN, true, 0, a), 10);
    ck_assert_uint_eq(pass(n, SPLIT_TRAIN, true, 1, b), 10);
    for (int i = 0; i < 10; i++)
        seen[(int)a[i]]++;
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(seen[i], 1);
    ck_assert_int_ne(memcmp(a, b, sizeof a), 0);
    pass(n, SPLIT_TRAIN, true, 0, b);
    ck_assert_int_eq(memcmp(a, b, sizeof a), 0);
    net_close(n);
}
END_TEST

/* Three batches of ten rows, the third of two. */
START_TEST(the_rest_of_a_pass_is_its_end)
{
    struct net *n = net_open(ROWS REST "train: {epochs: 1, batch: 4}\n", 1);
    float       whole[10], end[10];

    pass(n, SPLIT_TRAIN, true, 2, whole);
    for (int64_t skip = 0; skip < 3; skip++) {
        size_t first = (size_t)(4 * skip);
        ck_assert_uint_eq(rest(n, SPLIT_TRAIN, true, 2, skip, end), 10 - first);
        ck_assert_int_eq(memcmp(end, whole + first, (10 - first) * sizeof *end), 0);
    }
    ck_assert_uint_eq(rest(n, SPLIT_TRAIN, true, 2, 3, end), 0);
    net_close(n);
}
END_TEST

static const struct {
    const char *split;
    int         train, val, test;
    float       first_val;
} splits[] = {
    { "", 10, 0, 0, 0 },
    { "  split: {train: 0..6, val: 7..9}\n", 7, 3, 0, 7 },
    { "  split: {train: 0%..80%, val: 80%..100%}\n", 8, 2, 0, 8 },
    { "  split: {train: 2..5, val: 6..7, test: 8..9}\n", 4, 2, 2, 6 },
};

START_TEST(splits_are_the_rows_they_say)
{
    struct arena a = { 0 };
    struct net  *n = net_open(arena_printf(&a, "%s%s%s", ROWS, splits[_i].split,
                                           REST "train: {epochs: 1, batch: 4}\n"),
                              1);
    float        v[10];

    ck_assert_int_eq(feed_rows(n->session, SPLIT_TRAIN), splits[_i].train);
    ck_assert_int_eq(feed_rows(n->session, SPLIT_VAL), splits[_i].val);
    ck_assert_int_eq(feed_rows(n->session, SPLIT_TEST), splits[_i].test);
    if (splits[_i].val) {
        pass(n, SPLIT_VAL, false, 0, v);
        ck_assert_double_eq((double)v[0], (double)splits[_i].first_val);
    }
    net_close(n);
    arena_close(&a);
}
END_TEST

/* Batches of 64 KiB are made by a thread of their own. */
START_TEST(a_batch_made_ahead_is_the_same_batch)
{
    const char *yaml =
        "data:\n  source: {random: {shape: [64], classes: 3, n: 700}}\n"
        "  map:\n    - noise.gauss: {std: 0.3}\nmodel:\n  - dense: 3\n"
        "loss: xent\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 2, batch: 300}\n";
    struct net *alone = net_open(yaml, 1), *ahead = net_open(yaml, 2);

    net_train(alone);
    net_train(ahead);
    ck_assert_int_eq(memcmp(alone->session->memory.weights.w,
                            ahead->session->memory.weights.w,
                            alone->session->memory.weights.n * sizeof(float)),
                     0);
    net_close(alone);
    net_close(ahead);
}
END_TEST

/* The same noise whenever the rows come, but not the same in two batches. */
START_TEST(noise_of_an_evaluation_hangs_on_its_rows)
{
    struct net     *n = net_open(ROWS "  map:\n    - noise.gauss: {std: 1}\n" REST
                                      "train: {epochs: 1, batch: 4}\n",
                                 _i + 1);
    struct session *s = n->session;
    float           clean[10], a[10], again[4];

    pass(n, SPLIT_TRAIN, false, 0, a);
    ck_assert_int_eq(feed_fetch(s, SPLIT_TRAIN, 4, 4, &n->diag), 0);
    memcpy(again, s->memory.stream[graph_find(s->graph, "x")], sizeof again);
    ck_assert_int_eq((int)s->batch.row, 4);
    ck_assert_int_eq(memcmp(a + 4, again, sizeof again), 0);
    for (int i = 0; i < 10; i++)
        clean[i] = (float)i;
    for (int i = 0; i < 4; i++)
        ck_assert_double_ne((double)(a[i] - clean[i]), (double)(a[4 + i] - clean[4 + i]));
    net_close(n);
}
END_TEST

START_TEST(noise_is_fresh_in_training_and_fixed_in_evaluation)
{
    struct net *n = net_open(ROWS "  map:\n    - noise.gauss: {std: 1}\n" REST
                                  "train: {epochs: 1, batch: 4}\n",
                             1);
    float       a[10], b[10];

    pass(n, SPLIT_TRAIN, false, 0, a);
    pass(n, SPLIT_TRAIN, false, 5, b);
    ck_assert_int_eq(memcmp(a, b, sizeof a), 0);
    pass(n, SPLIT_TRAIN, true, 0, a);
    pass(n, SPLIT_TRAIN, true, 1, b);
    for (int i = 0; i < 10; i++)
        for (int k = 0; k < 10; k++)
            ck_assert_double_ne((double)a[i], (double)b[k]);
    net_close(n);
}
END_TEST

/* whiten wants scratch to learn and to compute, mask.lines to draw; the last batch is
 * shorter than the others. */
START_TEST(transforms_get_scratch)
{
    struct net *n = net_open(
        "data:\n  source: {random: {shape: [1, 6, 6], n: 22}}\n  map:\n    - whiten\n"
        "    - mask.lines:\n      from: x\n      as: [lined, lines]\n"
        "model:\n  - conv: 1\n    from: lined\n    as: out\n"
        "loss:\n  mse: {of: out, to: x, where: lines}\noptim: {sgd: {lr: 0.1}}\n"
        "train: {epochs: 3, batch: 8}\n",
        _i + 1);

    net_train(n);
    ck_assert_double_gt(net_final(n, "train.loss"), 0);
    ck_assert_double_lt(net_final(n, "train.loss"), 100);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("feed");
    TCase *t = tcase_create("run");

    tcase_add_test(t, a_shuffled_pass_has_every_row_once);
    tcase_add_test(t, the_rest_of_a_pass_is_its_end);
    tcase_add_loop_test(t, splits_are_the_rows_they_say, 0, COUNT(splits));
    tcase_add_test(t, a_batch_made_ahead_is_the_same_batch);
    tcase_add_loop_test(t, noise_of_an_evaluation_hangs_on_its_rows, 0, 2);
    tcase_add_test(t, noise_is_fresh_in_training_and_fixed_in_evaluation);
    tcase_add_loop_test(t, transforms_get_scratch, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
