/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

/* Prediction of tests/reference/losses.py. */
static struct nnt *open(const char *yaml)
{
    struct nnt *t = nnt_open("loss", "xent", yaml);

    nnt_in(t, NNP_F32, S(2, 4), V(0.5, -1.25, 2, 0.25, -3, 0.75, 0, 1));
    return t;
}

START_TEST(agrees_with_the_reference)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_I64, S(2), V(2, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2));
    nnt_expect(&t->out[0], V(0.36163743, 4.77241845));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.15541794, 0.02700759, -0.30346513, 0.12103961, -0.9915401,
                             0.35972391, 0.16992154, 0.46189465));
    nnt_set(&t->dout[0], V(0, -2));
    nnt_backward(t);
    nnt_expect(&t->din[0],
               V(0, 0, 0, 0, 1.9830802, -0.71944782, -0.33984308, -0.9237893));
    nnt_close(t);
}
END_TEST

static const uint32_t types[] = { NNP_U8, NNP_I8, NNP_I32, NNP_I64, NNP_F32, NNP_F64 };

START_TEST(takes_class_numbers_of_any_type)
{
    struct nnt *t = open(NULL);

    nnt_in(t, types[_i], S(2, 1), V(2, 0));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0.36163743, 4.77241845));
    nnt_close(t);
}
END_TEST

START_TEST(smoothing_agrees_with_the_reference)
{
    struct nnt *t = open("{label_smoothing: 0.2}");

    nnt_in(t, NNP_U8, S(2), V(2, 0));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0.68663743, 4.23491845));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.10541794, -0.02299241, -0.15346513, 0.07103961, -0.8415401,
                             0.30972391, 0.11992154, 0.41189465));
    nnt_close(t);
}
END_TEST

START_TEST(weights_agree_with_the_reference)
{
    struct nnt *t = open("{label_smoothing: 0.2}");

    nnt_in(t, NNP_F32, S(2, 4), V(0.5, 0.25, 0.25, 0, 0, 0, 0, 1));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1.93663743, 1.03491845));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(-0.29458206, -0.22299241, 0.44653487, 0.07103961, -0.0415401,
                             0.30972391, 0.11992154, -0.38810535));
    nnt_close(t);

    t = open(NULL);
    nnt_in(t, NNP_F32, S(2, 4), V(0.5, 0.25, 0.25, 0, 0, 0, 0, 1));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1.92413743, 0.77241845));
    nnt_close(t);
}
END_TEST

START_TEST(agrees_with_the_reference_on_probabilities)
{
    struct nnt *t = nnt_open("loss", "xent", "probabilities");

    nnt_in(t, NNP_F32, S(2, 4), V(0.1, 0.2, 0.6, 0.1, 0.25, 0.25, 0.4, 0.1));
    nnt_in(t, NNP_I32, S(2), V(2, 0));
    nnt_forward(t);
    ck_assert_uint_eq(t->ctx->n_out, 1); /* the input is the prediction */
    nnt_expect(&t->out[0], V(0.51082562, 1.38629436));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 0, -1.66666667, 0, -4, 0, 0, 0));
    nnt_close(t);
}
END_TEST

START_TEST(probability_zero_stays_finite)
{
    struct nnt *t = nnt_open("loss", "xent", "{from: probabilities}");

    nnt_in(t, NNP_F32, S(1, 2), V(0, 1));
    nnt_in(t, NNP_U8, S(1), V(0));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(100));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(-1e12, 0));
    nnt_close(t);
}
END_TEST

START_TEST(prediction_is_the_softmax)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_I64, S(2), V(2, 0));
    nnt_forward(t);
    nnt_expect(nnt_tensor(t, NNP_OUT, "prediction"),
               V(0.15541794, 0.02700759, 0.69653487, 0.12103961, 0.0084599, 0.35972391,
                 0.16992154, 0.46189465));
    nnt_close(t);
}
END_TEST

START_TEST(every_token_has_a_loss)
{
    struct nnt *t = nnt_open("loss", "xent", NULL);

    nnt_in(t, NNP_F32, S(1, 2, 4), V(0.5, -1.25, 2, 0.25, -3, 0.75, 0, 1));
    nnt_in(t, NNP_I64, S(1, 2), V(2, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 2));
    nnt_expect(&t->out[0], V(0.36163743, 4.77241845));
    nnt_close(t);
}
END_TEST

/* The tokens of a row weigh 1 to 3, then one counts alone; rows are chosen. What is
 * masked out needs no class. */
START_TEST(mask_weighs_the_mean)
{
    static const double loss[][2] = { { 0.18081872, 7.15862768 }, { 0.72327487, 0 } };

    for (int i = 0; i < 2; i++) {
        struct nnt *t = nnt_open("loss", "xent", NULL);
        nnt_in(t, NNP_F32, S(1, 2, 4), V(0.5, -1.25, 2, 0.25, -3, 0.75, 0, 1));
        nnt_in(t, NNP_I64, S(1, 2), V(2, i ? 99 : 0));
        nnt_in(t, NNP_F32, S(1, 2), V(1, i ? 0 : 3));
        nnt_forward(t);
        nnt_expect(&t->out[0], V(loss[i][0], loss[i][1]));
        nnt_backward(t);
        nnt_expect_number(nnt_get(&t->din[0], 2), i ? -0.60693026 : -0.15173257, 1e-6);
        nnt_expect_number(nnt_get(&t->din[0], 4), i ? 0 : -1.48731015, 1e-6);
        nnt_close(t);
    }
    struct nnt *t = open(NULL);
    nnt_in(t, NNP_I64, S(2), V(-1, 0));
    nnt_in(t, NNP_U8, S(2, 1), V(0, 1));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 4.77241845));
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_mask_with_other_axes)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_I64, S(2), V(2, 0));
    nnt_in(t, NNP_F32, S(2, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the mask must be one number per row or token");
    nnt_close(t);
}
END_TEST

START_TEST(stays_finite_at_extreme_logits)
{
    struct nnt *t = nnt_open("loss", "xent", NULL);

    nnt_in(t, NNP_F32, S(3, 2), V(1e30, -1e30, 1e30, -1e30, 1000, 1000));
    nnt_in(t, NNP_U8, S(3), V(0, 1, 0));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 2e30, 0.69314718));
    nnt_expect(&t->out[1], V(1, 0, 1, 0, 0.5, 0.5));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 0, 1, -1, -0.5, 0.5));
    nnt_close(t);
}
END_TEST

/* More classes than are looked at together; a large part of the sum is in small terms. */
START_TEST(adds_up_many_classes)
{
    struct nnt *t = nnt_open("loss", "xent", NULL);

    nnt_in(t, NNP_F32, S(1, 1001), V0);
    nnt_in(t, NNP_I64, S(1), V(1000));
    nnt_setup(t);
    ((float *)t->in[0].data)[1000] = 5;
    nnt_forward(t);
    nnt_expect(&t->out[0], V(2.0461364)); /* log(1000 + e^5) - 5 */
    nnt_backward(t);
    nnt_expect_number(nnt_get(&t->din[0], 0), 0.0008707668, 1e-9);
    nnt_expect_number(nnt_get(&t->din[0], 1000), -0.8707668, 1e-6);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("loss", "xent", _i % 2 ? "{label_smoothing: 0.1}" : NULL);

    nnt_in(t, NNP_F32, S(3, 2, 5), V0);
    if (_i > 1) /* weights that do not even add up to 1 */
        nnt_in(t, NNP_F32, S(3, 2, 5), V0);
    else
        nnt_in(t, NNP_F32, S(3, 2), V(0, 1, 2, 3, 4, 0));
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 2, (uint64_t)_i + 1);
    if (_i > 1)
        nnt_random(&t->in[1], 0, 1, (uint64_t)_i + 11);
    nnt_gradient_opt(t, (uint64_t)_i + 1, 1e-3, 2);
    nnt_close(t);
}
END_TEST

static const struct {
    double      label;
    const char *message;
} wrong[] = {
    { 4, "row 1 of the batch has class 4; the prediction has 0..3" },
    { -1, "row 1 of the batch has class -1; the prediction has 0..3" },
    { 1.5, "row 1 of the batch has class 1.5; the prediction has 0..3" },
    { NAN, "row 1 of the batch has class nan; the prediction has 0..3" },
};

START_TEST(refuses_classes_that_are_none)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_F32, S(2), V(2, wrong[_i].label));
    ck_assert_str_eq(nnt_forward_refusal(t), wrong[_i].message);
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

START_TEST(names_the_row_of_a_token)
{
    struct nnt *t = nnt_open("loss", "xent", NULL);

    nnt_in(t, NNP_F32, S(2, 3, 2), V0);
    nnt_in(t, NNP_U8, S(2, 3), V(0, 1, 0, 1, 0, 2));
    ck_assert_str_eq(nnt_forward_refusal(t),
                     "row 1 of the batch has class 2; the prediction has 0..1");
    nnt_close(t);
}
END_TEST

#define FIT                                                                              \
    "the target must be a class number per row or token, or have the shape of the "      \
    "prediction"
static const struct {
    int64_t     x[3], t[3]; /* 0 ends a shape */
    const char *message;
} shapes[] = {
    { { 2, 4 }, { 3 }, FIT },
    { { 2, 4 }, { 2, 3 }, FIT },
    { { 2, 3, 4 }, { 2, 4, 4 }, FIT },
    { { 2, 3, 4 }, { 2 }, FIT },
    { { 2, 1 },
      { 2 },
      "a single column has no classes to choose from: bce is for yes or no in one; "
      "$data.classes is 1 where the data have one class alone" },
    { { 2 }, { 2 }, "the prediction must be f32 rows of classes" },
};

static struct nnt_shape shape(const int64_t *v)
{
    uint32_t n = 1;

    while (n < 3 && v[n])
        n++;
    return (struct nnt_shape){ n, v };
}

START_TEST(refuses_shapes_that_do_not_fit)
{
    struct nnt *t = nnt_open("loss", "xent", NULL);

    nnt_in(t, NNP_F32, shape(shapes[_i].x), V0);
    nnt_in(t, NNP_F32, shape(shapes[_i].t), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), shapes[_i].message);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_prediction_of_bytes)
{
    struct nnt *t = nnt_open("loss", "xent", NULL);

    nnt_in(t, NNP_U8, S(2, 4), V0);
    nnt_in(t, NNP_U8, S(2), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "the prediction must be f32 rows of classes");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("loss", "xent", "{label_smoothing: 1}"),
                     "test.yaml:1:19: label_smoothing: 1 is outside [0,1)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("xent");
    TCase *t = tcase_create("loss");

    tcase_add_test(t, agrees_with_the_reference);
    tcase_add_loop_test(t, takes_class_numbers_of_any_type, 0, COUNT(types));
    tcase_add_test(t, smoothing_agrees_with_the_reference);
    tcase_add_test(t, weights_agree_with_the_reference);
    tcase_add_test(t, agrees_with_the_reference_on_probabilities);
    tcase_add_test(t, probability_zero_stays_finite);
    tcase_add_test(t, prediction_is_the_softmax);
    tcase_add_test(t, every_token_has_a_loss);
    tcase_add_test(t, mask_weighs_the_mean);
    tcase_add_test(t, refuses_a_mask_with_other_axes);
    tcase_add_test(t, stays_finite_at_extreme_logits);
    tcase_add_test(t, adds_up_many_classes);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 4);
    tcase_add_loop_test(t, refuses_classes_that_are_none, 0, COUNT(wrong));
    tcase_add_test(t, names_the_row_of_a_token);
    tcase_add_loop_test(t, refuses_shapes_that_do_not_fit, 0, COUNT(shapes));
    tcase_add_test(t, refuses_a_prediction_of_bytes);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
