/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/feed_rows.h"

#include "support/nnt.h"

static const struct row_range splits[N_SPLITS] = { { .first = 5, .n = 10 },
                                                   { .first = 20, .n = 3 } };

/* All numbers of a pass's batches of four, one after the other. */
static size_t rows_of(struct session *s, struct feed_pass p, int64_t *out)
{
    size_t total = 0;

    for (int64_t n; (n = feed_rows_next(s->splits, &p)) > 0; p.next += n) {
        feed_rows_choose(s, &p, n, out + total);
        total += (size_t)n;
    }
    return total;
}

START_TEST(in_order_the_rows_are_those_of_the_split)
{
    struct session s = { .splits = { splits[0], splits[1] } };
    int64_t        at[10];

    ck_assert_uint_eq(
        rows_of(&s, feed_rows_pass(splits, SPLIT_TRAIN, false, 0, 4, 0), at), 10);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(at[i], 5 + i);
    ck_assert_uint_eq(rows_of(&s, feed_rows_pass(splits, SPLIT_VAL, false, 0, 4, 0), at),
                      3);
    ck_assert_int_eq(at[0], 20);
    ck_assert_uint_eq(rows_of(&s, feed_rows_pass(splits, SPLIT_TEST, false, 0, 4, 0), at),
                      0);
}
END_TEST

START_TEST(an_order_belongs_to_a_seed_and_an_epoch)
{
    struct session s = { .splits = { splits[0] }, .pace.seed = 7 };
    int64_t        a[10], b[10];
    int            seen[10] = { 0 }, differ = 0;

    rows_of(&s, feed_rows_pass(splits, SPLIT_TRAIN, true, 3, 4, 0), a);
    rows_of(&s, feed_rows_pass(splits, SPLIT_TRAIN, true, 3, 7, 0), b);
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(a[i], b[i]); /* whatever the batch */
        seen[a[i] - 5]++;
    }
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(seen[i], 1);
    rows_of(&s, feed_rows_pass(splits, SPLIT_TRAIN, true, 4, 4, 0), b);
    for (int i = 0; i < 10; i++)
        differ += a[i] != b[i];
    ck_assert_int_gt(differ, 0);
}
END_TEST

/* Ten rows are three batches of four. */
START_TEST(a_batch_has_one_number_in_all_epochs)
{
    struct feed_pass p = feed_rows_pass(splits, SPLIT_TRAIN, true, 2, 4, 1);

    ck_assert_int_eq(p.next, 4);
    ck_assert_uint_eq(feed_rows_number(splits, &p), 7);
    p = feed_rows_pass(splits, SPLIT_TRAIN, false, 2, 4, 1);
    ck_assert_uint_eq(feed_rows_number(splits, &p), 1);
    p = feed_rows_pass(splits, SPLIT_TRAIN, true, 2, 4, 3);
    ck_assert_int_eq(p.next, 10);
    ck_assert_int_eq(feed_rows_next(splits, &p), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("feed_rows");
    TCase *t = tcase_create("run");

    tcase_add_test(t, in_order_the_rows_are_those_of_the_split);
    tcase_add_test(t, an_order_belongs_to_a_seed_and_an_epoch);
    tcase_add_test(t, a_batch_has_one_number_in_all_epochs);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
