/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

/* Prediction and target of tests/reference/losses.py. */
static struct nnt *open(const char *yaml)
{
    struct nnt *t = nnt_open("loss", "bce", yaml);

    nnt_in(t, NNP_F32, S(2, 4), V(0.5, -1.25, 2, 0.25, -3, 0.75, 0, 1));
    nnt_in(t, NNP_F32, S(2, 4), V(0, 1, 1, 0.25, 0, 1, 0.5, 1));
    return t;
}

START_TEST(agrees_with_the_reference_on_logits)
{
    struct nnt *t = open(NULL);

    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2));
    nnt_expect(&t->out[0], V(0.84159337, 0.36046681));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.15561483, -0.19432497, -0.02980073, 0.07804413, 0.01185647,
                             -0.08020533, 0, -0.06723536));
    nnt_close(t);
}
END_TEST

START_TEST(agrees_with_the_reference_on_probabilities)
{
    struct nnt *t = nnt_open("loss", "bce", "{from: probabilities}");

    nnt_in(t, NNP_F32, S(2, 4), V(0.1, 0.2, 0.6, 0.1, 0.25, 0.25, 0.4, 0.1));
    nnt_in(t, NNP_F32, S(2, 4), V(0, 1, 1, 0.25, 0, 1, 0.5, 1));
    nnt_forward(t);
    ck_assert_uint_eq(t->ctx->n_out, 1); /* the input is the prediction */
    nnt_expect(&t->out[0], V(0.72007268, 1.17252993));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.27777778, -1.25, -0.41666667, -0.41666667, 0.33333333, -1,
                             -0.10416667, -2.5));
    nnt_close(t);
}
END_TEST

START_TEST(certain_and_wrong_stays_finite)
{
    struct nnt *t = nnt_open("loss", "bce", "probabilities");

    nnt_in(t, NNP_F32, S(1, 4), V(0, 1, 1, 0));
    nnt_in(t, NNP_F32, S(1, 4), V(1, 0, 1, 0));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(50));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(-2.5e11, 2.5e11, 0, 0));
    nnt_close(t);
}
END_TEST

START_TEST(prediction_is_the_probability)
{
    struct nnt *t = open(NULL);

    nnt_forward(t);
    nnt_expect(nnt_tensor(t, NNP_OUT, "prediction"),
               V(0.62245933, 0.22270014, 0.88079708, 0.5621765, 0.04742587, 0.6791787,
                 0.5, 0.73105858));
    nnt_close(t);
}
END_TEST

START_TEST(mask_weighs_the_mean)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_F32, S(2, 4), V(1, 0, 2, 1, 0.5, 0.5, 0, 1));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0.49784311, 0.26549543));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.15561483, 0, -0.05960146, 0.07804413, 0.01185647,
                             -0.08020533, 0, -0.13447071));
    nnt_close(t);
}
END_TEST

START_TEST(stays_finite_at_extreme_logits)
{
    struct nnt *t = nnt_open("loss", "bce", NULL);

    nnt_in(t, NNP_F32, S(6, 1), V(1e30, -1e30, 1e30, -1e30, 100, -100));
    nnt_in(t, NNP_F32, S(6, 1), V(1, 0, 0, 1, 0, 1));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 0, 1e30, 1e30, 100, 100));
    nnt_expect(&t->out[1], V(1, 0, 1, 0, 1, 0));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 0, 1, -1, 1, -1));
    nnt_close(t);
}
END_TEST

/* log(1 + e^-20), which 20 - 20 would have lost. */
START_TEST(keeps_the_digits_of_a_small_loss)
{
    struct nnt *t = nnt_open("loss", "bce", NULL);

    nnt_in(t, NNP_F32, S(2, 1), V(20, -20));
    nnt_in(t, NNP_F32, S(2, 1), V(1, 0));
    nnt_forward(t);
    for (size_t i = 0; i < 2; i++)
        ck_assert_double_eq_tol(nnt_get(&t->out[0], i), 2.0611536e-9, 1e-15);
    nnt_close(t);
}
END_TEST

START_TEST(takes_class_numbers_as_bytes)
{
    struct nnt *t = nnt_open("loss", "bce", NULL);

    nnt_in(t, NNP_F32, S(2, 1), V(0, 0));
    nnt_in(t, NNP_U8, S(2), V(1, 0));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0.69314718, 0.69314718)); /* ln 2 */
    nnt_backward(t);
    nnt_expect(&t->din[0], V(-0.5, 0.5));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("loss", "bce", NULL);

    nnt_in(t, NNP_F32, S(3, 300), V0);
    nnt_in(t, NNP_F32, S(3, 300), V0);
    if (_i > 1)
        nnt_in(t, NNP_F32, S(3, 300), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 2, (uint64_t)_i + 1);
    nnt_random(&t->in[1], 0, 1, (uint64_t)_i + 11);
    if (_i > 1)
        nnt_random(&t->in[2], 0, 1, (uint64_t)_i + 21);
    nnt_gradient_opt(t, (uint64_t)_i + 1, 1e-3, 2 | 4);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_on_probabilities_agrees)
{
    struct nnt *t = nnt_open("loss", "bce", "{from: probabilities}");

    nnt_in(t, NNP_F32, S(3, 10), V0);
    nnt_in(t, NNP_F32, S(3, 10), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], 0.2, 0.8, (uint64_t)_i + 1);
    nnt_random(&t->in[1], 0, 1, (uint64_t)_i + 11);
    nnt_gradient_opt(t, (uint64_t)_i + 1, 2e-3, 2);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_targets_that_are_no_probabilities)
{
    struct nnt *t = nnt_open("loss", "bce", NULL);

    nnt_in(t, NNP_F32, S(3, 2), V0);
    nnt_in(t, NNP_F32, S(3, 2), V(0, 1, 0, 7, -1, 0));
    ck_assert_str_eq(nnt_forward_refusal(t),
                     "row 1 of the batch has target 7, outside 0..1");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_shapes_that_do_not_fit)
{
    struct nnt *t = nnt_open("loss", "bce", NULL);

    nnt_in(t, NNP_F32, S(2, 4), V0);
    nnt_in(t, NNP_F32, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the prediction has 4 numbers a row, the target "
                     "3: as many are needed");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);

    t = nnt_open("loss", "bce", NULL);
    nnt_in(t, NNP_U8, S(2, 4), V0);
    nnt_in(t, NNP_F32, S(2, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "the prediction must be rows of f32");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_mask_with_other_axes)
{
    struct nnt *t = nnt_open("loss", "bce", NULL);

    nnt_in(t, NNP_F32, S(2, 3, 4), V0);
    nnt_in(t, NNP_F32, S(2, 3, 4), V0);
    nnt_in(t, NNP_F32, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "the mask has other axes than the prediction");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("loss", "bce", "{from: scores}"),
                     "test.yaml:1:8: from: 'scores' is not one of logits|probabilities");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bce");
    TCase *t = tcase_create("loss");

    tcase_add_test(t, agrees_with_the_reference_on_logits);
    tcase_add_test(t, agrees_with_the_reference_on_probabilities);
    tcase_add_test(t, certain_and_wrong_stays_finite);
    tcase_add_test(t, prediction_is_the_probability);
    tcase_add_test(t, mask_weighs_the_mean);
    tcase_add_test(t, stays_finite_at_extreme_logits);
    tcase_add_test(t, keeps_the_digits_of_a_small_loss);
    tcase_add_test(t, takes_class_numbers_as_bytes);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 4);
    tcase_add_loop_test(t, gradient_on_probabilities_agrees, 0, 3);
    tcase_add_test(t, refuses_targets_that_are_no_probabilities);
    tcase_add_test(t, refuses_shapes_that_do_not_fit);
    tcase_add_test(t, refuses_a_mask_with_other_axes);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
