/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <stdio.h>

static double cell(struct nnt *t, int row, int column)
{
    char key[32];

    snprintf(key, sizeof key, "confusion.%d.%d", row, column);
    return nnt_report(t, key);
}

START_TEST(counts_who_was_taken_for_whom)
{
    static const double want[3][3] = { { 1, 0, 1 }, { 0, 2, 0 }, { 0, 0, 0 } };
    struct nnt         *t = nnt_open("metric", "confusion", NULL);

    nnt_in(t, NNP_F32, S(5, 3), V(3, 2, 1, 1, 2, 3, 0, 5, 0, 0, 7, 0, NAN, 0, 1));
    nnt_in(t, NNP_U8, S(5), V(0, 0, 1, 1, 2));
    nnt_fit(t);
    nnt_finish(t);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            nnt_expect_number(cell(t, r, c), want[r][c], 0);
    nnt_expect_number(nnt_report(t, "confusion"), 0.6, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(single_numbers_have_two_classes)
{
    struct nnt *t = nnt_open("metric", "confusion", "{threshold: 0.25}");

    nnt_in(t, NNP_F32, S(4, 1), V(0.1, 0.3, 0.9, 0.2));
    nnt_in(t, NNP_I64, S(4, 1), V(0, 0, 1, 1));
    nnt_fit(t);
    nnt_fit(t);
    nnt_finish(t);
    for (int i = 0; i < 4; i++)
        nnt_expect_number(cell(t, i / 2, i % 2), 2, 0);
    nnt_expect_number(nnt_report(t, "confusion"), 0.5, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_table_that_nobody_could_read)
{
    struct nnt *t = nnt_open("metric", "confusion", NULL);

    nnt_in(t, NNP_F32, S(2, 257), V0);
    nnt_in(t, NNP_I64, S(2), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "a table of at most 256 classes is made, not of 257");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_classes_that_are_none)
{
    struct nnt *t = nnt_open("metric", "confusion", NULL);

    nnt_in(t, NNP_F32, S(2, 3), V0);
    nnt_in(t, NNP_I32, S(2), V(2, 3));
    ck_assert_str_eq(nnt_fit_refusal(t),
                     "row 1 of the batch has class 3; the prediction has 0..2");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_shapes_that_do_not_fit)
{
    struct nnt *t = nnt_open("metric", "confusion", NULL);

    nnt_in(t, NNP_F32, S(2, 3), V0);
    nnt_in(t, NNP_F32, S(2, 2), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "the target must be a class number per row or "
                                           "token, or have the shape of the prediction");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("confusion");
    TCase *t = tcase_create("metric");

    tcase_add_test(t, counts_who_was_taken_for_whom);
    tcase_add_test(t, single_numbers_have_two_classes);
    tcase_add_test(t, refuses_a_table_that_nobody_could_read);
    tcase_add_test(t, refuses_classes_that_are_none);
    tcase_add_test(t, refuses_shapes_that_do_not_fit);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
