/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

/* Rows whose largest score is that of class 2, 0, 1, 0 (the first of equals), and a NaN.
 */
#define SCORES V(1, 2, 3, 3, 2, 1, 0, 5, 0, 7, 7, 7, NAN, 9, 0)

static const struct {
    uint32_t dtype;
    double   target[5], right;
} cases[] = {
    { NNP_U8, { 2, 0, 1, 0, 1 }, 4 },
    { NNP_I64, { 2, 0, 1, 1, 1 }, 3 },
    { NNP_F32, { 0, 1, 2, 2, 2 }, 0 },
};

START_TEST(counts_the_largest_score)
{
    const double *y = cases[_i].target;
    struct nnt   *t = nnt_open("metric", _i % 2 ? "error" : "accuracy", NULL);

    nnt_in(t, NNP_F32, S(5, 3), SCORES);
    nnt_in(t, cases[_i].dtype, S(5), V(y[0], y[1], y[2], y[3], y[4]));
    nnt_fit(t);
    nnt_fit(t);
    nnt_finish(t);
    if (_i % 2)
        nnt_expect_number(nnt_report(t, "error"), 1 - cases[_i].right / 5, 1e-12);
    else
        nnt_expect_number(nnt_report(t, "accuracy"), cases[_i].right / 5, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(takes_one_hot_targets)
{
    struct nnt *t = nnt_open("metric", "accuracy", NULL);

    nnt_in(t, NNP_F32, S(5, 3), SCORES);
    nnt_in(t, NNP_U8, S(5, 3), V(0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "accuracy"), 0.6, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(counts_every_token)
{
    struct nnt *t = nnt_open("metric", "accuracy", NULL);

    nnt_in(t, NNP_F32, S(1, 2, 2), V(1, 2, 2, 1));
    nnt_in(t, NNP_I64, S(1, 2), V(1, 1));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "accuracy"), 0.5, 1e-12);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml;
    double      x[4], y[4], right;
} single[] = {
    { NULL, { 0.4, 0.6, 0.5, 1 }, { 0, 1, 1, 0 }, 2 },
    { NULL, { -1, 1, -1, NAN }, { -1, 1, 1, -1 }, 2 }, /* NaN is wrong */
    { "{threshold: 0}", { -0.1, 0.1, 3, -3 }, { -1, 1, 1, 1 }, 3 },
};

START_TEST(single_numbers_are_split_at_the_threshold)
{
    const double *x = single[_i].x, *y = single[_i].y;
    struct nnt   *t = nnt_open("metric", "accuracy", single[_i].yaml);

    nnt_in(t, NNP_F32, S(4, 1), V(x[0], x[1], x[2], x[3]));
    nnt_in(t, NNP_F32, S(4), V(y[0], y[1], y[2], y[3]));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "accuracy"), single[_i].right / 4, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_classes_that_are_none)
{
    struct nnt *t = nnt_open("metric", "accuracy", NULL);

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
    struct nnt *t = nnt_open("metric", "accuracy", NULL);

    nnt_in(t, NNP_F32, S(2, 3), V0);
    nnt_in(t, NNP_F32, S(2, 2), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "the target must be a class number per row or "
                                           "token, or have the shape of the prediction");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("metric", "accuracy", "{threshold: x}"),
                     "test.yaml:1:13: threshold: 'x' is not a number");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("accuracy");
    TCase *t = tcase_create("metric");

    tcase_add_loop_test(t, counts_the_largest_score, 0, COUNT(cases));
    tcase_add_test(t, takes_one_hot_targets);
    tcase_add_test(t, counts_every_token);
    tcase_add_loop_test(t, single_numbers_are_split_at_the_threshold, 0, COUNT(single));
    tcase_add_test(t, refuses_classes_that_are_none);
    tcase_add_test(t, refuses_shapes_that_do_not_fit);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
