/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include "support/reading.h"
#include "pipeline/split_rows.h"

/* Ten rows, and ten with five more that are the official test part. */
#define TEN          "data:\n  source: {random: {shape: [4], n: 10}}\n"
#define TEN_AND_FIVE "data:\n  source: {glyphs: {n: 10, test: 5, size: 12}}\n"
#define MODEL        "model: [{flatten: }, {dense: 1}]\n" REST

static const struct {
    const char      *data, *split;
    struct row_range train, val, test;
} asked[] = {
    { TEN, "null", { 0, 10 }, { 0, 0 }, { 0, 0 } },
    { TEN, "{train: all}", { 0, 10 }, { 0, 0 }, { 0, 0 } },
    { TEN, "{train: 0..6, val: 7..9}", { 0, 7 }, { 7, 3 }, { 0, 0 } },
    { TEN, "{train: 3..3}", { 3, 1 }, { 0, 0 }, { 0, 0 } },
    { TEN, "{train: 0%..80%, val: 80%..100%}", { 0, 8 }, { 8, 2 }, { 0, 0 } },
    /* 3.3 and 6.7 rows: each bound to the nearest one, nothing lost between */
    { TEN,
      "{train: 0%..33%, val: 33%..67%, test: 67%..100%}",
      { 0, 3 },
      { 3, 4 },
      { 7, 3 } },
    { TEN, "{train: 0%..12.5%, val: 12.5%..100%}", { 0, 1 }, { 1, 9 }, { 0, 0 } },
    { TEN, "{train: 50%..9, val: 0..50%}", { 5, 5 }, { 0, 5 }, { 0, 0 } },
    { TEN_AND_FIVE, "null", { 0, 10 }, { 0, 0 }, { 10, 5 } },
    { TEN_AND_FIVE, "{train: all}", { 0, 10 }, { 0, 0 }, { 0, 0 } },
    { TEN_AND_FIVE, "{test: official}", { 0, 10 }, { 0, 0 }, { 10, 5 } },
    { TEN_AND_FIVE, "{train: 0..14}", { 0, 15 }, { 0, 0 }, { 0, 0 } },
    /* bare shares: so many rows, of which the run says which; -1: dealt by chance */
    { TEN, "{train: 80%, val: 20%}", { -1, 8 }, { -1, 2 }, { 0, 0 } },
    { TEN, "{train: 70%, val: 15%, test: 15%}", { -1, 7 }, { -1, 2 }, { -1, 1 } },
    { TEN, "{val: 20%}", { -1, 8 }, { -1, 2 }, { 0, 0 } },
    { TEN, "{train: 80%, val: 20%, stratify: true}", { -1, 8 }, { -1, 2 }, { 0, 0 } },
    { TEN, "{train: 30%}", { -1, 3 }, { 0, 0 }, { 0, 0 } },
    { TEN, "{train: 70%, val: 15%, test: 15%, by: rows}", { 0, 7 }, { 7, 2 }, { 9, 1 } },
    { TEN, "{test: 25%, by: rows}", { 0, 8 }, { 0, 0 }, { 8, 2 } },
    { TEN, "{folds: 3}", { -1, 6 }, { 0, 0 }, { -1, 4 } },
    { TEN, "{folds: 3, fold: 2, val: 30%}", { -1, 5 }, { -1, 2 }, { -1, 3 } },
    { TEN, "{train: [0..2, 5..9], val: 3..4}", { 0, 8 }, { 3, 2 }, { 0, 0 } },
    { TEN_AND_FIVE,
      "{train: 80%, val: 20%, test: official}",
      { -1, 8 },
      { -1, 2 },
      { 10, 5 } },
    { TEN,
      "{train: 80%, val: 20%, test: {random: {shape: [4], n: 3}}}",
      { -1, 8 },
      { -1, 2 },
      { 10, 3 } },
    { TEN,
      "{folds: 5, test: {random: {shape: [4], n: 3}}}",
      { -1, 8 },
      { -1, 2 },
      { 10, 3 } },
    { TEN, "{test: {random: {shape: [4], n: 3}}}", { 0, 10 }, { 0, 0 }, { 10, 3 } },
    { TEN_AND_FIVE, "{train: 80%, val: 20%}", { -1, 8 }, { -1, 2 }, { 0, 0 } },
    { TEN_AND_FIVE, "{folds: 5, test: official}", { -1, 8 }, { -1, 2 }, { 10, 5 } },
    /* percent leave the official test part alone */
    { TEN_AND_FIVE,
      "{train: 0%..90%, val: 90%..100%, test: official}",
      { 0, 9 },
      { 9, 1 },
      { 10, 5 } },
    { TEN_AND_FIVE, "{train: 50%..11, val: 0%..50%}", { 5, 7 }, { 0, 5 }, { 0, 0 } },
};

START_TEST(rows_are_those_of_the_data)
{
    const struct spec *s = read_text(arena_printf(&memory, HEAD "%s  split: %s\n" MODEL,
                                                  asked[_i].data, asked[_i].split));
    const struct part_rows *rows = s->data.rows;
    const struct row_range  wanted[] = { asked[_i].train, asked[_i].val, asked[_i].test };

    for (int k = 0; k < N_SPLITS; k++) {
        ck_assert_int_eq(rows[k].n, wanted[k].n);
        if (rows[k].n)
            ck_assert_int_eq(rows[k].range ? rows[k].range[0].first : -1,
                             wanted[k].first);
    }
    ck_assert_uint_eq(said.n, 0); /* no warning of rows that are shared */
}
END_TEST

static const struct {
    const char *data, *split, *text;
} refused[] = {
    { TEN, "{test: 9..50%}", "split.test: '9..50%' holds none of the 10 rows" },
    { TEN, "{val: 90..50%}", "split.val: '90..50%' goes beyond the last row, 9" },
    { TEN, "{val: 50%..2}", "split.val: '50%..2' holds none of the 10 rows" },
    { TEN, "{val: 100%..9}", "split.val: '100%..9' goes beyond the last row, 9" },
    { TEN, "{val: 0%..4%}", "split.val: '0%..4%' holds none of the 10 rows" },
    { TEN, "{val: 9..10}", "split.val: '9..10' goes beyond the last row, 9" },
    { TEN, "{test: official}", "split.test: these data have no official test part" },
    { TEN, "{train: 0.8}", "split.train: '0.8' is no share of the rows; '80%' is" },
    { TEN, "{train: 80}", "split.train: '80' is no share of the rows; '80%' is" },
    { TEN, "{train: most}",
      "split.train: 'most' is no range; 80%, 0..99, 0%..90%, all and official are" },
    { TEN, "{train: 80%, val: 30%}", "split: the shares are 110% together" },
    { TEN, "{val: 2%}", "split.val: '2%' holds none of the 10 rows" },
    { TEN, "{val: 100%}", "random: there are no rows to train on" },
    { TEN, "{val: 0%}", "split.val: '0%' is outside 0%..100%" },
    { TEN, "{train: 50%, val: 5..9}",
      "split.val: '5..9' is a range, beside it there are shares; which rows they get is "
      "not known before" },
    { TEN, "{train: []}", "split.train: the list is empty" },
    { TEN, "{train: [0..3, 7..12]}", "split.train: '7..12' goes beyond the last row, 9" },
    { TEN, "{train: 0..3, seed: 2}",
      "split.seed: nothing is dealt by chance: shares such as {train: 80%, val: 20%} "
      "are" },
    { TEN, "{train: 0..3, by: chance}",
      "split.by: ranges are taken as they stand; shares such as 80% are dealt by "
      "chance" },
    { TEN, "{train: 80%, by: chances}",
      "data.split.by: 'chances' is not one of: chance, rows" },
    { TEN, "{train: 80%, stratify: yy}",
      "split.stratify: the data have no stream 'yy'; 'y' is one" },
    { TEN, "{folds: 11}", "split: 11 folds of 10 rows" },
    { TEN, "{folds: 2, fold: 2}", "split.fold: the folds are 0..1" },
    { TEN, "{fold: 2}", "split.fold: there are no folds; `folds` says how many" },
    { TEN, "{folds: 2, train: 50%}", "split.train: beside folds it is what they leave" },
    { TEN, "{folds: 2, val: 0..3}",
      "split.val: beside folds a share such as 10% is needed, of the rows outside the "
      "fold" },
    { TEN, "{folds: 2, test: 0..3}",
      "split.test: beside folds it may be official, nothing else" },
    { TEN, "{folds: 2, by: rows}", "split.by: folds are dealt by chance" },
    { TEN, "{test: {random: {shape: [3], n: 2}}}",
      "split.test: stream x is f32 3 a row, that of data.source f32 4" },
    { TEN, "{test: {table: {columns: {y: [a]}, rows: [[1]]}}}",
      "split.test: table makes no stream x, which data.source has" },
    { TEN, "{val: 5..10, test: {random: {shape: [4], n: 2}}}",
      "split.val: '5..10' goes beyond the last row, 9" },
    { TEN_AND_FIVE, "{test: {glyphs: {n: 5, size: 12}}}",
      "split.test: glyphs has an official test part of its own" },
    { TEN, "{train: {random: {n: 5}}}",
      "split.train: a share or a range is needed: 80%, 0..99, 0%..90%, all or official" },
    { TEN_AND_FIVE, "{val: 14..100%}",
      "split.val: '14..100%' holds none of the 15 rows" },
};

START_TEST(ranges_without_rows_are_refused)
{
    const char *yaml = arena_printf(&memory, HEAD "%s  split: %s\n" MODEL,
                                    refused[_i].data, refused[_i].split);

    ck_assert_ptr_null(read_set(yaml, NULL));
    ck_assert_str_eq(said.entries[0].text, refused[_i].text);
    ck_assert_uint_eq(said.errors, 1);
}
END_TEST

START_TEST(training_rows_that_nobody_wrote_are_shared_as_well)
{
    read_text(HEAD TEN "  split: {val: 6..9}\n" MODEL);
    ck_assert_str_eq(message(0), "5:16: split.val and split.train share rows 6..9: the "
                                 "score will flatter");
}
END_TEST

START_TEST(a_row_that_is_listed_twice_is_told)
{
    read_text(HEAD TEN "  split: {train: [0..4, 3..7]}\n" MODEL);
    ck_assert_str_eq(message(0),
                     "5:25: split.train: '3..7' has rows that '0..4' has: they "
                     "count twice");
}
END_TEST

/* Ten rows to train on, two that are the official part for validation, three for tests.
 */
static const struct split_range
    own[] = { { .official = true } },
    first_half[] = { { .last = 50, .percent_first = true, .percent_last = true } },
    most[] = { { .last = 75, .percent_first = true, .percent_last = true } },
    least[] = {
        { .first = 75, .last = 100, .percent_first = true, .percent_last = true }
    };
#define PART(of)                                                                         \
    {                                                                                    \
        .given = true, .range = of, .n = 1                                               \
    }
#define SHARE(percent)                                                                   \
    {                                                                                    \
        .given = true, .share = percent                                                  \
    }

static const struct {
    struct split_part split[N_SPLITS];
    struct row_range  rows[N_SPLITS];
} official[] = {
    { { { 0 } }, { { 0, 10 }, { 10, 2 }, { 12, 3 } } },
    { { { 0 }, PART(own), PART(own) }, { { 0, 10 }, { 10, 2 }, { 12, 3 } } },
    { { PART(first_half), PART(own) }, { { 0, 5 }, { 10, 2 }, { 0, 0 } } },
    { { PART(own) }, { { 0, 10 }, { 0, 0 }, { 0, 0 } } },
    /* other rows for validation: then all in front of the test part are like any other */
    { { PART(most), PART(least) }, { { 0, 9 }, { 9, 3 }, { 0, 0 } } },
    { { SHARE(50), SHARE(25) }, { { 0, 6 }, { 6, 3 }, { 0, 0 } } },
    { { SHARE(50), PART(own) }, { { 0, 5 }, { 10, 2 }, { 0, 0 } } },
};

START_TEST(an_official_part_for_validation_is_taken)
{
    const struct split_whole w = { 15, 10, 12 };
    struct part_rows         rows[N_SPLITS];
    struct data_spec         data = { .how.by_rows = true };

    memcpy(data.split, official[_i].split, sizeof data.split);
    ck_assert_int_eq(split_rows(&data, &w, &memory, rows, &said), 0);
    for (int k = 0; k < N_SPLITS; k++) {
        ck_assert_int_eq(rows[k].n, official[_i].rows[k].n);
        if (rows[k].n)
            ck_assert_int_eq(rows[k].range[0].first, official[_i].rows[k].first);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("split_rows");
    TCase *t = tcase_create("split_rows");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_loop_test(t, rows_are_those_of_the_data, 0, sizeof asked / sizeof *asked);
    tcase_add_loop_test(t, ranges_without_rows_are_refused, 0,
                        sizeof refused / sizeof *refused);
    tcase_add_loop_test(t, an_official_part_for_validation_is_taken, 0,
                        sizeof official / sizeof *official);
    tcase_add_test(t, training_rows_that_nobody_wrote_are_shared_as_well);
    tcase_add_test(t, a_row_that_is_listed_twice_is_told);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
