/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <string.h>

#include "graph/graph.h"
#include "run/feed.h"
#include "support/net.h"

/* 20 rows sorted by y, the first 15 of them 0: as numbers of a column, as one-hot rows
 * and, where y is something else, as a stream of another name. */
#define COLUMNS(columns, row)                                                            \
    "data:\n  source: {table: {columns: " columns ", rows: [" row "]}}\n"
#define R5(r)             r ", " r ", " r ", " r ", " r
#define SORTED(zero, one) R5(zero) ", " R5(zero) ", " R5(zero) ", " R5(one)
#define MODEL                                                                            \
    "model: [{dense: 1}]\nloss: {mse: , to: x}\noptim: {sgd: {lr: 0.1}}\n"               \
    "train: {epochs: 1, batch: 4}\n"
#define ONE    COLUMNS("{x: [a], y: [b]}", SORTED("[1, 0]", "[1, 1]"))
#define HOT    COLUMNS("{x: [a], y: [b, c, d]}", SORTED("[1, 1, 0, 0]", "[1, 0, 0, 1]"))
#define KIND   COLUMNS("{x: [a], y: [b], kind: [c]}", SORTED("[1, 0.5, -1]", "[1, 0.3, 1]"))
#define GLYPHS "data:\n  source: {glyphs: {n: 100, size: 12}}\n"

static struct net *open_split(const char *data, const char *split, const char *model)
{
    struct arena a = { 0 };
    struct net  *n =
        net_open(arena_printf(&a, "%s  split: %s\n%s", data, split, model), 1);

    arena_close(&a);
    return n;
}

/* How many rows below 15 a part has. */
static int64_t of_first_class(const struct net *n, enum split k)
{
    int64_t count = 0;

    for (int64_t i = 0; i < feed_rows(n->session, k); i++)
        count += feed_rows_row(n->session, k, i) < 15;
    return count;
}

static const struct {
    const char *data, *split;
    int64_t     n[N_SPLITS], first[N_SPLITS];
} proportions[] = {
    { ONE, "{train: 60%, val: 20%, test: 20%}", { 12, 4, 4 }, { 9, 3, 3 } },
    { ONE, "{val: 20%}", { 16, 4, 0 }, { 12, 3, 0 } },
    { ONE, "{folds: 5, fold: 3}", { 16, 0, 4 }, { 12, 0, 3 } },
    { ONE, "{folds: 5, val: 25%}", { 12, 4, 4 }, { 9, 3, 3 } },
    { HOT, "{train: 60%, val: 20%, test: 20%}", { 12, 4, 4 }, { 9, 3, 3 } },
    { KIND,
      "{train: 60%, val: 20%, test: 20%, stratify: kind}",
      { 12, 4, 4 },
      { 9, 3, 3 } },
    { ONE, "{train: 80%, val: 20%, by: rows}", { 16, 4, 0 }, { 15, 0, 0 } },
    { ONE, "{train: [10..16, 0..1], val: [18..19, 17..17]}", { 9, 3, 0 }, { 7, 0, 0 } },
};

START_TEST(parts_have_classes_in_proportion)
{
    struct net *n = open_split(proportions[_i].data, proportions[_i].split, MODEL);

    for (int k = 0; k < N_SPLITS; k++) {
        ck_assert_int_eq(feed_rows(n->session, (enum split)k), proportions[_i].n[k]);
        ck_assert_int_eq(of_first_class(n, (enum split)k), proportions[_i].first[k]);
    }
    net_close(n);
}
END_TEST

/* 100 glyphs of ten classes, read in batches of 7. */
START_TEST(classes_are_read_whatever_the_batch)
{
    struct net   *n = open_split(GLYPHS, "{train: 70%, val: 20%, test: 10%}",
                                 "  map: [scale]\nmodel: [flatten, {dense: 10}]\n"
                                   "loss: xent\noptim: {sgd: {lr: 0.1}}\n"
                                   "train: {epochs: 1, batch: 7}\n");
    const int64_t share[] = { 7, 2, 1 };

    for (int k = 0; k < N_SPLITS; k++) {
        int64_t got[10] = { 0 };
        for (int64_t i = 0; i < 10 * share[k]; i++) {
            ck_assert_int_eq(feed_fetch(n->session, (enum split)k, i, 1, &n->diag), 0);
            int at = graph_find(n->session->graph, "y");
            got[*(int64_t *)n->session->memory.stream[at]]++;
        }
        for (int c = 0; c < 10; c++)
            ck_assert_int_eq(got[c], share[k]);
    }
    net_close(n);
}
END_TEST

/* The rows of one day are those of another: a change of them is a change of every run. */
START_TEST(a_seed_names_the_rows)
{
    static const int64_t known[] = { 3, 5, 13, 17 };
    struct net          *n = open_split(ONE, "{train: 80%, test: 20%, seed: 1}", MODEL);

    for (int64_t i = 0; i < 4; i++)
        ck_assert_int_eq(feed_rows_row(n->session, SPLIT_TEST, i), known[i]);
    net_close(n);
}
END_TEST

START_TEST(the_order_of_a_list_is_kept)
{
    static const int64_t rows[] = { 10, 11, 0, 1, 5 };
    struct net          *n = open_split(ONE, "{train: [10..11, 0..1, 5]}", MODEL);

    for (int64_t i = 0; i < 5; i++)
        ck_assert_int_eq(feed_rows_row(n->session, SPLIT_TRAIN, i), rows[i]);
    net_close(n);
}
END_TEST

START_TEST(folds_are_disjoint_and_leave_none_out)
{
    int seen[20] = { 0 };

    for (int fold = 0; fold < 3; fold++) {
        struct arena a = { 0 };
        struct net  *n =
            open_split(ONE, arena_printf(&a, "{folds: 3, fold: %d}", fold), MODEL);
        for (int64_t i = 0; i < feed_rows(n->session, SPLIT_TEST); i++)
            seen[feed_rows_row(n->session, SPLIT_TEST, i)]++;
        net_close(n);
        arena_close(&a);
    }
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(seen[i], 1);
}
END_TEST

static double loss_of(const char *split)
{
    struct net *n =
        open_split(GLYPHS, split,
                   "  map: [{scale: }, {standardize: }]\nmodel: [flatten, {dense: 10}]\n"
                   "loss: xent\noptim: {sgd: {lr: 0.1}}\n"
                   "train: {epochs: 2, batch: 7}\n");

    net_train(n);
    double loss = net_final(n, "val.loss");
    net_close(n);
    return loss;
}

/* Taken one by one or at once, they are the same rows in the same order. */
START_TEST(a_list_trains_as_the_range_that_it_makes_up)
{
    double whole = loss_of("{train: 0..69, val: 70..99}");

    ck_assert(whole > 0);
    ck_assert_double_eq(loss_of("{train: [0..9, 10..69], val: [70..80, 81..99]}"), whole);
    ck_assert_double_eq(loss_of("{train: 70%, val: 30%, by: rows}"), whole);
    ck_assert_double_ne(loss_of("{train: 70%, val: 30%}"), whole);
}
END_TEST

/* 20 rows to learn from, three of another loader, which has the streams in another order.
 */
START_TEST(a_test_part_may_have_a_loader_of_its_own)
{
    struct net           *n = open_split(ONE,
                                         "{train: 75%, val: 25%, test: {table: {columns: {y: [b], "
                                                   "x: [a]}, rows: [[0, 7], [1, 8], [1, 9]]}}}",
                                         MODEL);
    const struct session *s = n->session;

    ck_assert_int_eq(feed_rows(s, SPLIT_TRAIN) + feed_rows(s, SPLIT_VAL), 20);
    ck_assert_int_eq(feed_rows(s, SPLIT_TEST), 3);
    for (int64_t i = 0; i < 3; i++) {
        ck_assert_int_eq(feed_rows_row(s, SPLIT_TEST, i), 20 + i);
        ck_assert_int_eq(feed_fetch(n->session, SPLIT_TEST, i, 1, &n->diag), 0);
        const float *x = s->memory.stream[graph_find(s->graph, "x")];
        ck_assert_double_eq((double)*x, (double)(7 + i));
        ck_assert_int_eq(feed_fetch(n->session, SPLIT_TRAIN, i, 2, &n->diag), 0);
        ck_assert_double_eq((double)*x, 1);
    }
    net_train(n);
    ck_assert_int_eq(n->trainer.finals.v[n->trainer.finals.n - 1].value > 0, 1);
    net_close(n);
}
END_TEST

static const struct {
    const char *split, *text;
} lacking[] = {
    { "{train: 0..9, val: 10..19}",
      "split.train has no row of class 1, which other parts have" },
    { "{train: 0..17, val: 18..19}",
      "split.val has no row of class 0, which other parts have" },
};

START_TEST(a_part_without_a_class_is_told)
{
    struct net *n = open_split(ONE, lacking[_i].split, MODEL);

    ck_assert_str_eq(n->diag.entries[0].text, lacking[_i].text);
    net_close(n);
}
END_TEST

START_TEST(nothing_is_told_of_parts_that_have_all)
{
    struct net *n = open_split(ONE, "{train: 60%, val: 20%, test: 20%}", MODEL);

    ck_assert_uint_eq(n->diag.n, 0);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("row_order");
    TCase *t = tcase_create("run");

    tcase_add_loop_test(t, parts_have_classes_in_proportion, 0,
                        sizeof proportions / sizeof *proportions);
    tcase_add_test(t, classes_are_read_whatever_the_batch);
    tcase_add_test(t, a_seed_names_the_rows);
    tcase_add_test(t, the_order_of_a_list_is_kept);
    tcase_add_test(t, folds_are_disjoint_and_leave_none_out);
    tcase_add_test(t, a_list_trains_as_the_range_that_it_makes_up);
    tcase_add_test(t, a_test_part_may_have_a_loader_of_its_own);
    tcase_add_loop_test(t, a_part_without_a_class_is_told, 0,
                        sizeof lacking / sizeof *lacking);
    tcase_add_test(t, nothing_is_told_of_parts_that_have_all);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
