/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(leaves_the_kernel_behind)
{
    struct nnt *t = nnt_open("layer", "conv_transpose", "{out: 1, k: 2, pad: valid}");

    nnt_in(t, NNP_F32, S(1, 1, 1, 2), V(1, 2));
    nnt_setup(t);
    nnt_expect_shape(&t->weight[0], NNP_F32, S(1, 1, 2, 2));
    nnt_set(&t->weight[0], V(1, 10, 100, 1000));
    nnt_set(&t->weight[1], V(0.5));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 1, 2, 3));
    nnt_expect(&t->out[0], V(1.5, 12.5, 20.5, 100.5, 1200.5, 2000.5));
    nnt_set(&t->dout[0], V(1, 2, 3, 4, 5, 6));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(5421, 6532));
    nnt_expect(&t->dweight[0], V(5, 8, 14, 17));
    nnt_expect(&t->dweight[1], V(21));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml;
    int64_t     out[2];
} sizes[] = {
    { "{out: 2, stride: 2}", { 6, 8 } },
    { "{out: 2, k: 1, stride: 3}", { 9, 12 } },
    { "{out: 2, k: 4, stride: 2, padding: 1}", { 6, 8 } },
    { "{out: 2, k: 3, stride: 2, pad: valid}", { 7, 9 } },
    { "{out: 2, padding: [0, 1], dilation: 2}", { 7, 6 } },
};

START_TEST(sizes_follow_from_padding_and_stride)
{
    struct nnt *t = nnt_open("layer", "conv_transpose", sizes[_i].yaml);

    nnt_in(t, NNP_F32, S(1, 2, 3, 4), V0);
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 2, sizes[_i].out[0], sizes[_i].out[1]));
    nnt_close(t);
}
END_TEST

static const char *const settings[] = {
    "{out: 2, stride: 2}",
    "{out: 4, k: 4, stride: 2, groups: 2, padding: 1}",
    "{out: 1, k: 1, bias: false}",
    "{out: 1, dilation: 2, pad: valid}",
};

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "conv_transpose", settings[_i]);

    nnt_in(t, NNP_F32, S(2, 2, 3, 2), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, (uint64_t)_i + 1);
    for (uint32_t k = 0; k < t->ctx->n_weight; k++)
        nnt_random(&t->weight[k], -1, 1, (uint64_t)_i + 10 + k);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_does_not_fit)
{
    struct nnt *t = nnt_open("layer", "conv_transpose", "{out: 1, padding: 9}");

    nnt_in(t, NNP_F32, S(2, 1, 4, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "padding leaves no pixel of the output");
    nnt_close(t);
    t = nnt_open("layer", "conv_transpose", "1");
    nnt_in(t, NNP_U8, S(2, 1, 4, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, conv_transpose takes f32: put `scale` before it");
    nnt_close(t);
    t = nnt_open("layer", "conv_transpose", "{out: 3, groups: 2}");
    nnt_in(t, NNP_F32, S(2, 2, 4, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "out: 3 does not fall into 2 equal groups");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("conv_transpose");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, leaves_the_kernel_behind);
    tcase_add_loop_test(t, sizes_follow_from_padding_and_stride, 0, COUNT(sizes));
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(settings));
    tcase_add_test(t, refuses_what_does_not_fit);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
