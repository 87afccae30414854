/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

START_TEST(is_the_inverse_of_an_even_chance)
{
    struct nnt *t = nnt_open("metric", "perplexity", NULL);

    nnt_in(t, NNP_F32, S(2, 4), V(0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25));
    nnt_in(t, NNP_U8, S(2), V(0, 3));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "perplexity"), 4, 1e-9);
    nnt_close(t);
}
END_TEST

/* The geometric mean of 1/0.5 and 1/0.125 is 4, of these and twice 1/0.25 too. */
START_TEST(is_the_geometric_mean_over_batches)
{
    struct nnt *t = nnt_open("metric", "perplexity", NULL);

    nnt_in(t, NNP_F32, S(1, 2, 2), V(0.5, 0.5, 0.875, 0.125));
    nnt_in(t, NNP_I64, S(1, 2), V(0, 1));
    nnt_fit(t);
    nnt_set(&t->in[0], V(0.25, 0.75, 0.75, 0.25));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "perplexity"), 4, 1e-9);
    nnt_close(t);
}
END_TEST

/* Mean of the losses of xent on the same numbers: 0.36163743, 4.77241845. */
START_TEST(takes_logits)
{
    struct nnt *t = nnt_open("metric", "perplexity", "logits");

    nnt_in(t, NNP_F32, S(2, 4), V(0.5, -1.25, 2, 0.25, -3, 0.75, 0, 1));
    nnt_in(t, NNP_I64, S(2), V(2, 0));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "perplexity"), exp(2.56702794), 1e-6);
    nnt_close(t);
}
END_TEST

START_TEST(takes_a_weight_for_every_class)
{
    struct nnt *t = nnt_open("metric", "perplexity", NULL);

    nnt_in(t, NNP_F32, S(1, 2), V(0.5, 0.125));
    nnt_in(t, NNP_F32, S(1, 2), V(0.5, 0.5));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "perplexity"), 4, 1e-9);
    nnt_close(t);
}
END_TEST

START_TEST(stays_finite_at_extremes)
{
    struct nnt *t = nnt_open("metric", "perplexity", NULL);

    nnt_in(t, NNP_F32, S(1, 2), V(0, 1));
    nnt_in(t, NNP_U8, S(1), V(0));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(log(nnt_report(t, "perplexity")), 100, 1e-9);
    nnt_close(t);

    t = nnt_open("metric", "perplexity", "{from: logits}");
    nnt_in(t, NNP_F32, S(1, 2), V(1e30, -1e30));
    nnt_in(t, NNP_U8, S(1), V(0));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "perplexity"), 1, 1e-9);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_single_column)
{
    struct nnt *t = nnt_open("metric", "perplexity", NULL);

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
    struct nnt *t = nnt_open("metric", "perplexity", NULL);

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
    struct nnt *t = nnt_open("metric", "perplexity", NULL);

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
    ck_assert_str_eq(nnt_refusal("metric", "perplexity", "{from: scores}"),
                     "test.yaml:1:8: from: 'scores' is not one of probabilities|logits");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("perplexity");
    TCase *t = tcase_create("metric");

    tcase_add_test(t, is_the_inverse_of_an_even_chance);
    tcase_add_test(t, is_the_geometric_mean_over_batches);
    tcase_add_test(t, takes_logits);
    tcase_add_test(t, takes_a_weight_for_every_class);
    tcase_add_test(t, stays_finite_at_extremes);
    tcase_add_test(t, refuses_a_single_column);
    tcase_add_test(t, refuses_classes_that_are_none);
    tcase_add_test(t, refuses_shapes_that_do_not_fit);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
