/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <math.h>
#include "support/nnt.h"

START_TEST(has_a_slope_per_feature)
{
    struct nnt *t = nnt_open("layer", "prelu", NULL);

    nnt_in(t, NNP_F32, S(2, 3), V(-2, -4, 5, 1, -1, 0));
    nnt_setup(t);
    nnt_expect_shape(&t->weight[0], NNP_F32, S(3));
    nnt_set(nnt_tensor(t, NNP_WEIGHT, "slope"), V(0.5, 0.25, 10));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(-1, -1, 5, 1, -0.25, 0));
    nnt_set(&t->dout[0], V(1, 2, 3, 4, 5, 6));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.5, 0.5, 3, 4, 1.25, 60));
    nnt_expect(&t->dweight[0], V(-2, -13, 0));
    nnt_close(t);
}
END_TEST

START_TEST(has_a_slope_per_channel)
{
    struct nnt *t = nnt_open("layer", "prelu", NULL);

    nnt_in(t, NNP_F32, S(2, 2, 1, 2), V(-1, 2, -3, -4, 5, -6, 7, -8));
    nnt_setup(t);
    nnt_expect_shape(&t->weight[0], NNP_F32, S(2));
    nnt_set(&t->weight[0], V(0.5, 0.25));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(-0.5, 2, -0.75, -1, 5, -3, 7, -2));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.5, 1, 0.25, 0.25, 1, 0.5, 1, 0.25));
    nnt_expect(&t->dweight[0], V(-7, -15));
    nnt_backward(t);
    nnt_expect(&t->dweight[0], V(-14, -30));
    nnt_close(t);
}
END_TEST

START_TEST(has_one_slope_if_shared)
{
    struct nnt *t = nnt_open("layer", "prelu", "{shared: true}");

    nnt_in(t, NNP_F32, S(2, 3), V(-2, -4, 5, 1, -1, 0));
    nnt_setup(t);
    nnt_expect_shape(&t->weight[0], NNP_F32, S(1));
    nnt_set(&t->weight[0], V(0.5));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(-1, -2, 5, 1, -0.5, 0));
    nnt_backward(t);
    nnt_expect(&t->dweight[0], V(-7));
    nnt_close(t);
}
END_TEST

/* More features, and longer channels, than are summed at once. */
START_TEST(sums_the_gradient_over_everything)
{
    struct nnt *t = nnt_open("layer", "prelu", NULL);

    if (_i)
        nnt_in(t, NNP_F32, S(300, 3, 45), V0);
    else
        nnt_in(t, NNP_F32, S(300, 135), V0);
    nnt_setup(t);
    nnt_fill(&t->in[0], -2);
    nnt_backward(t);
    for (size_t k = 0; k < nnp_count(&t->weight[0]); k++)
        nnt_expect_number(nnt_get(&t->dweight[0], k), _i ? -27000 : -600, 0);
    nnt_close(t);
}
END_TEST

START_TEST(keeps_nan)
{
    struct nnt *t = nnt_open("layer", "prelu", NULL);

    nnt_in(t, NNP_F32, S(1, 3), V(-1e4, NAN, 1e4));
    nnt_setup(t);
    nnt_fill(&t->weight[0], 0.25);
    nnt_forward(t);
    nnt_expect(&t->out[0], V(-2500, NAN, 1e4));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "prelu", _i % 2 ? "true" : NULL);

    if (_i < 2)
        nnt_in(t, NNP_F32, S(4, 5), V0);
    else
        nnt_in(t, NNP_F32, S(2, 3, 2, 9), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 2, (uint64_t)_i + 1);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "prelu", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, prelu takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "prelu", "{shared: 3}"),
                     "test.yaml:1:10: shared: '3' is not true or false");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("prelu");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, has_a_slope_per_feature);
    tcase_add_test(t, has_a_slope_per_channel);
    tcase_add_test(t, has_one_slope_if_shared);
    tcase_add_loop_test(t, sums_the_gradient_over_everything, 0, 2);
    tcase_add_test(t, keeps_nan);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 4);
    tcase_add_test(t, refuses_pixels);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
