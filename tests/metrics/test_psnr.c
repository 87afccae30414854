/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

/* Squares of the errors: 0.25, 0, 4, 1 and 0, 0.25, 0, 1. */
static struct nnt *open(void)
{
    struct nnt *t = nnt_open("metric", "psnr", NULL);

    nnt_in(t, NNP_F32, S(2, 4), V(0.5, 1, -1, 2, 0, 0.5, 3, -2));
    nnt_in(t, NNP_F32, S(2, 4), V(1, 1, 1, 1, 0, 1, 3, -1));
    return t;
}

START_TEST(agrees_with_sums_by_hand)
{
    struct nnt *t = open();

    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "psnr"), -10 * log10(6.5 / 8), 1e-9);
    nnt_close(t);
}
END_TEST

/* One batch of 2 rows and one of 1, in another type. */
START_TEST(adds_up_batches)
{
    struct nnt *t = open();

    nnt_fit(t);
    nnt_reshape(t, 0, S(1, 4), V(2, 0, 0, 0));
    nnt_reshape(t, 1, S(1, 4), V(0, 0, 0, 0));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "psnr"), -10 * log10(10.5 / 12), 1e-9);
    nnt_close(t);
}
END_TEST

static const uint32_t types[] = { NNP_U8, NNP_I8, NNP_I32, NNP_I64, NNP_F64 };

START_TEST(takes_targets_of_any_type)
{
    struct nnt *t = nnt_open("metric", "psnr", NULL);

    nnt_in(t, NNP_F32, S(1, 2, 2), V(1, 2, 3, 4));
    nnt_in(t, types[_i], S(1, 4), V(2, 1, 4, 3));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "psnr"), 0, 1e-9);
    nnt_close(t);
}
END_TEST

START_TEST(mask_weighs_elements)
{
    struct nnt *t = open();

    nnt_in(t, NNP_F32, S(2, 4), V(1, 1, 0, 0, 0, 0, 0, 2));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "psnr"), -10 * log10(2.25 / 4), 1e-9);
    nnt_close(t);
}
END_TEST

START_TEST(mask_serves_every_channel)
{
    struct nnt *t = nnt_open("metric", "psnr", NULL);

    nnt_in(t, NNP_F32, S(1, 2, 1, 2), V(1, 9, 3, 9));
    nnt_in(t, NNP_F32, S(1, 2, 1, 2), V(0, 0, 0, 0));
    nnt_in(t, NNP_U8, S(1, 1, 1, 2), V(1, 0));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "psnr"), -10 * log10(5), 1e-9);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_shapes_that_do_not_fit)
{
    struct nnt *t = nnt_open("metric", "psnr", NULL);

    nnt_in(t, NNP_F32, S(2, 4), V0);
    nnt_in(t, NNP_F32, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the prediction has 4 numbers a row, the target "
                     "3: as many are needed");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);

    t = nnt_open("metric", "psnr", NULL);
    nnt_in(t, NNP_F32, S(2, 3, 4), V0);
    nnt_in(t, NNP_F32, S(2, 3, 4), V0);
    nnt_in(t, NNP_F32, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "the mask has other axes than the prediction");
    nnt_close(t);
}
END_TEST

START_TEST(counts_from_the_peak)
{
    struct nnt *t = nnt_open("metric", "psnr", "255");

    nnt_in(t, NNP_F32, S(1, 2), V(0, 51));
    nnt_in(t, NNP_U8, S(1, 2), V(0, 0));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "psnr"), 16.9897000434, 1e-9); /* 10 log10(50) */
    nnt_close(t);
}
END_TEST

START_TEST(is_infinite_where_nothing_differs)
{
    struct nnt *t = nnt_open("metric", "psnr", NULL);

    nnt_in(t, NNP_F32, S(1, 1), V(0.5));
    nnt_in(t, NNP_F32, S(1, 1), V(0.5));
    nnt_fit(t);
    nnt_finish(t);
    ck_assert(isinf(nnt_report(t, "psnr")));
    nnt_close(t);
}
END_TEST

/* Mean squared errors of the rows: 5.25 / 4, 1.25 / 4, and none, which counts 100 dB. */
START_TEST(means_the_ratios_of_rows)
{
    struct nnt *t = nnt_open("metric", "psnr", "{each: true}");

    nnt_in(t, NNP_F32, S(2, 4), V(0.5, 1, -1, 2, 0, 0.5, 3, -2));
    nnt_in(t, NNP_F32, S(2, 4), V(1, 1, 1, 1, 0, 1, 3, -1));
    nnt_fit(t);
    nnt_reshape(t, 0, S(1, 4), V(2, 0, 0, 0));
    nnt_reshape(t, 1, S(1, 4), V(2, 0, 0, 0));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "psnr"),
                      (100 - 10 * log10(5.25 / 4) - 10 * log10(1.25 / 4)) / 3, 1e-9);
    nnt_close(t);
}
END_TEST

START_TEST(leaves_out_rows_without_weight)
{
    struct nnt *t = nnt_open("metric", "psnr", "{each: true}");

    nnt_in(t, NNP_F32, S(3, 2), V(1, 9, 3, 9, 0.5, 0));
    nnt_in(t, NNP_F32, S(3, 2), V(0, 0, 0, 0, 0, 0));
    nnt_in(t, NNP_U8, S(3, 2), V(1, 0, 0, 0, 1, 1));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "psnr"), -10 * log10(0.125) / 2, 1e-9);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("metric", "psnr", "{peak: 0}"),
                     "test.yaml:1:8: peak: 0 is outside (0,inf)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("psnr");
    TCase *t = tcase_create("metric");

    tcase_add_test(t, agrees_with_sums_by_hand);
    tcase_add_test(t, adds_up_batches);
    tcase_add_loop_test(t, takes_targets_of_any_type, 0, COUNT(types));
    tcase_add_test(t, mask_weighs_elements);
    tcase_add_test(t, mask_serves_every_channel);
    tcase_add_test(t, refuses_shapes_that_do_not_fit);
    tcase_add_test(t, counts_from_the_peak);
    tcase_add_test(t, is_infinite_where_nothing_differs);
    tcase_add_test(t, means_the_ratios_of_rows);
    tcase_add_test(t, leaves_out_rows_without_weight);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
