/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

/* Places of the right classes: first, second, third; then second of three equals; a NaN.
 */
START_TEST(counts_the_k_largest)
{
    static const double right[] = { 1, 3, 4, 4 };
    static const char  *yaml[] = { "1", "{k: 2}", "3", NULL };
    struct nnt         *t = nnt_open("metric", "top_k", yaml[_i]);

    nnt_in(t, NNP_F32, S(5, 3), V(1, 2, 3, 3, 2, 1, 0, 5, 1, 7, 7, 7, NAN, 1, 1));
    nnt_in(t, NNP_U8, S(5), V(2, 1, 0, 1, 1));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "top_k"), right[_i] / 5, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(takes_one_hot_targets)
{
    struct nnt *t = nnt_open("metric", "top_k", "2");

    nnt_in(t, NNP_F32, S(2, 3), V(1, 2, 3, 3, 2, 1));
    nnt_in(t, NNP_F32, S(2, 3), V(0, 1, 0, 0, 0, 1));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "top_k"), 0.5, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_single_column)
{
    struct nnt *t = nnt_open("metric", "top_k", NULL);

    nnt_in(t, NNP_F32, S(2, 1), V0);
    nnt_in(t, NNP_U8, S(2), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "a single column has no classes to choose from: "
                     "have the data one class alone?");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_classes_that_are_none)
{
    struct nnt *t = nnt_open("metric", "top_k", NULL);

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
    struct nnt *t = nnt_open("metric", "top_k", NULL);

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
    ck_assert_str_eq(nnt_refusal("metric", "top_k", "0"),
                     "test.yaml:1:1: k: 0 is outside [1,inf)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("top_k");
    TCase *t = tcase_create("metric");

    tcase_add_loop_test(t, counts_the_k_largest, 0, 4);
    tcase_add_test(t, takes_one_hot_targets);
    tcase_add_test(t, refuses_a_single_column);
    tcase_add_test(t, refuses_classes_that_are_none);
    tcase_add_test(t, refuses_shapes_that_do_not_fit);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
