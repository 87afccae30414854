/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

/* Prediction and target of tests/reference/losses.py. */
static struct nnt *open(const char *yaml)
{
    struct nnt *t = nnt_open("loss", "mse", yaml);

    nnt_in(t, NNP_F32, S(2, 4), V(0.5, -1.25, 2, 0.25, -3, 0.75, 0, 1));
    nnt_in(t, NNP_F32, S(2, 4), V(1, -1, 2.5, 0.25, -3, -1.25, -2, 1.5));
    return t;
}

START_TEST(agrees_with_the_reference)
{
    struct nnt *t = open(NULL);

    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2));
    nnt_expect(&t->out[0], V(0.140625, 2.0625));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(-0.25, -0.125, -0.25, 0, 0, 1, 1, -0.25));
    nnt_close(t);
}
END_TEST

START_TEST(backward_scales_every_row_by_its_own_dout)
{
    struct nnt *t = open(NULL);

    nnt_setup(t);
    nnt_set(&t->dout[0], V(0, -2));
    nnt_forward(t);
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 0, 0, 0, -0.0, -2.0, -2.0, 0.5));
    nnt_close(t);
}
END_TEST

/* Longer than the blocks in which rows are walked; 784 outputs against 28 x 28 pixels. */
START_TEST(takes_whole_numbers_in_another_shape)
{
    struct nnt *t = nnt_open("loss", "mse", NULL);

    nnt_in(t, NNP_F32, S(2, 784), V0);
    nnt_in(t, NNP_U8, S(2, 28, 28), V0);
    nnt_setup(t);
    nnt_fill(&t->in[0], 1);
    nnt_fill(&t->in[1], 3);
    nnt_forward(t);
    nnt_expect(&t->out[0], V(4, 4));
    nnt_close(t);
}
END_TEST

START_TEST(mask_weighs_the_mean)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_F32, S(2, 4), V(1, 0, 2, 1, 0.5, 0.5, 0, 1));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0.1875, 1.125));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(-0.25, 0, -0.5, 0, 0, 1, 0, -0.5));
    nnt_close(t);
}
END_TEST

/* Pictures (rows, channels, height, width) with one mask for all channels. */
START_TEST(mask_serves_every_channel)
{
    struct nnt *t = nnt_open("loss", "mse", NULL);

    nnt_in(t, NNP_F32, S(1, 2, 1, 2), V(1, 2, 3, 4));
    nnt_in(t, NNP_F32, S(1, 2, 1, 2), V(0, 0, 0, 0));
    nnt_in(t, NNP_U8, S(1, 1, 1, 2), V(1, 0));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(5));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(1, 0, 3, 0));
    nnt_close(t);
}
END_TEST

START_TEST(a_row_without_weight_has_no_loss)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_F32, S(2, 4), V(0, 0, 0, 0, 0, 0, 0, 1));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 0.25));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 0, 0, 0, 0, 0, 0, -1));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("loss", "mse", NULL);

    nnt_in(t, NNP_F32, S(3, 300), V0);
    nnt_in(t, NNP_F32, S(3, 300), V0);
    if (_i > 1)
        nnt_in(t, NNP_F32, S(3, 300), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 2, (uint64_t)_i + 1);
    nnt_random(&t->in[1], -2, 2, (uint64_t)_i + 11);
    if (_i > 1)
        nnt_random(&t->in[2], 0, 1, (uint64_t)_i + 21);
    nnt_gradient_opt(t, (uint64_t)_i + 1, 1e-3, 2 | 4);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_shapes_that_do_not_fit)
{
    struct nnt *t = nnt_open("loss", "mse", NULL);

    nnt_in(t, NNP_F32, S(2, 4), V0);
    nnt_in(t, NNP_F32, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the prediction has 4 numbers a row, the target "
                     "3: as many are needed");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);

    t = nnt_open("loss", "mse", NULL);
    nnt_in(t, NNP_U8, S(2, 4), V0);
    nnt_in(t, NNP_F32, S(2, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "the prediction must be rows of f32");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_mask_with_other_axes)
{
    struct nnt *t = nnt_open("loss", "mse", NULL);

    nnt_in(t, NNP_F32, S(2, 3, 4), V0);
    nnt_in(t, NNP_F32, S(2, 3, 4), V0);
    nnt_in(t, NNP_F32, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "the mask has other axes than the prediction");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mse");
    TCase *t = tcase_create("loss");

    tcase_add_test(t, agrees_with_the_reference);
    tcase_add_test(t, backward_scales_every_row_by_its_own_dout);
    tcase_add_test(t, takes_whole_numbers_in_another_shape);
    tcase_add_test(t, mask_weighs_the_mean);
    tcase_add_test(t, mask_serves_every_channel);
    tcase_add_test(t, a_row_without_weight_has_no_loss);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 4);
    tcase_add_test(t, refuses_shapes_that_do_not_fit);
    tcase_add_test(t, refuses_a_mask_with_other_axes);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
