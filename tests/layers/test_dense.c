/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

/* Two rows of three features, two units. */
static struct nnt *small(const char *yaml)
{
    struct nnt *t = nnt_open("layer", "dense", yaml);

    nnt_in(t, NNP_F32, S(2, 3), V(1, 2, 3, -1, 0, 2));
    nnt_setup(t);
    nnt_expect_shape(&t->weight[0], NNP_F32, S(2, 3));
    nnt_set(nnt_tensor(t, NNP_WEIGHT, "weight"), V(1, -1, 0.5, 2, 0, -3));
    return t;
}

START_TEST(multiplies_by_the_weights_and_adds_the_bias)
{
    struct nnt *t = small("2");

    nnt_set(nnt_tensor(t, NNP_WEIGHT, "bias"), V(10, -20));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 2));
    nnt_expect(&t->out[0], V(10.5, -27, 10, -28));
    nnt_set(&t->dout[0], V(1, 2, -3, 0));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(5, -1, -5.5, -3, 3, -1.5));
    nnt_expect(&t->dweight[0], V(4, 2, -3, 2, 4, 6));
    nnt_expect(&t->dweight[1], V(-2, 2));
    nnt_close(t);
}
END_TEST

START_TEST(does_without_a_bias)
{
    struct nnt *t = small("{units: 2, bias: false}");

    ck_assert_uint_eq(t->ctx->n_weight, 1);
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0.5, -7, 0, -8));
    nnt_close(t);
}
END_TEST

START_TEST(adds_to_the_gradients_of_weights)
{
    struct nnt *t = small("2");

    nnt_fill(&t->dweight[0], 100);
    nnt_fill(&t->dweight[1], 1000);
    nnt_set(&t->dout[0], V(1, 2, -3, 0));
    nnt_backward(t);
    nnt_expect(&t->dweight[0], V(104, 102, 97, 102, 104, 106));
    nnt_expect(&t->dweight[1], V(998, 1002));
    nnt_close(t);
}
END_TEST

START_TEST(takes_an_image_as_a_row_of_features)
{
    struct nnt *t = nnt_open("layer", "dense", "{units: 1}");

    nnt_in(t, NNP_F32, S(2, 1, 2, 2), V(1, 2, 3, 4, 5, 6, 7, 8));
    nnt_setup(t);
    nnt_expect_shape(&t->weight[0], NNP_F32, S(1, 4));
    nnt_set(&t->weight[0], V(1, 10, 100, 1000));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 1));
    nnt_expect(&t->out[0], V(4321, 8765));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(1, 10, 100, 1000, 1, 10, 100, 1000));
    nnt_close(t);
}
END_TEST

START_TEST(follows_another_number_of_rows)
{
    struct nnt *t = small("2");

    nnt_reshape(t, 0, S(1, 3), V(0, 0, 2));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 2));
    nnt_expect(&t->out[0], V(1, -6));
    nnt_close(t);
}
END_TEST

/* More units than the bias gradient sums at once, more rows than one chunk has. */
START_TEST(sums_the_bias_gradient_over_all_rows)
{
    enum { ROWS = 700, UNITS = 131 };
    struct nnt *t = nnt_open("layer", "dense", "131");

    nnt_in(t, NNP_F32, S(ROWS, 1), V0);
    nnt_setup(t);
    for (size_t i = 0; i < (size_t)ROWS * UNITS; i++)
        nnp_f32(&t->dout[0])[i] = (float)(i % UNITS) + 0.25f * (float)(i / UNITS % 2);
    nnt_fill(&t->weight[1], 3);
    nnt_forward(t);
    nnt_backward(t);
    for (size_t i = 0; i < (size_t)ROWS * UNITS; i++)
        nnt_expect_number(nnt_get(&t->out[0], i), 3, 0);
    for (size_t i = 0; i < UNITS; i++)
        nnt_expect_number(nnt_get(&t->dweight[1], i), (double)i * ROWS + 0.125 * ROWS, 0);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    static const char *const settings[] = { "3", "{units: 1}",
                                            "{units: 4, bias: false}" };
    struct nnt              *t = nnt_open("layer", "dense", settings[_i]);

    nnt_in(t, NNP_F32, S(5, 2, 3), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, (uint64_t)_i + 1);
    for (uint32_t k = 0; k < t->ctx->n_weight; k++)
        nnt_random(&t->weight[k], -1, 1, (uint64_t)_i + 10 + k);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "dense", "4");

    nnt_in(t, NNP_U8, S(2, 28, 28), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, dense takes f32: put `scale` before it");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { NULL, "dense: units is required (output features)" },
    { "0", "test.yaml:1:1: units: 0 is outside [1,inf)" },
    { "{units: 2.5}", "test.yaml:1:9: units: 2.5 is not a whole number" },
    { "{units: 2, bias: maybe}", "test.yaml:1:18: bias: 'maybe' is not true or false" },
    { "{units: 2, bia: true}",
      "test.yaml:1:12: dense: no parameter is called 'bia'; 'bias' is" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "dense", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dense");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, multiplies_by_the_weights_and_adds_the_bias);
    tcase_add_test(t, does_without_a_bias);
    tcase_add_test(t, adds_to_the_gradients_of_weights);
    tcase_add_test(t, takes_an_image_as_a_row_of_features);
    tcase_add_test(t, follows_another_number_of_rows);
    tcase_add_test(t, sums_the_bias_gradient_over_all_rows);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 3);
    tcase_add_test(t, refuses_pixels);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
