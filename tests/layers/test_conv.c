/* SPDX-License-Identifier: MIT */
/* test_reference.c compares values and gradients of other settings with PyTorch. */
#include <config.h>
#include <string.h>

#include "support/nnt.h"

START_TEST(sums_what_the_kernel_covers)
{
    struct nnt *t = nnt_open("layer", "conv", "{out: 1, k: 2, pad: valid}");

    nnt_in(t, NNP_F32, S(1, 1, 2, 3), V(1, 2, 3, 4, 5, 6));
    nnt_setup(t);
    nnt_expect_shape(&t->weight[0], NNP_F32, S(1, 1, 2, 2));
    nnt_set(&t->weight[0], V(1, 10, 100, 1000));
    nnt_set(&t->weight[1], V(0.5));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 1, 1, 2));
    nnt_expect(&t->out[0], V(5421.5, 6532.5));
    nnt_fill(&t->dweight[0], 7);
    nnt_set(&t->dout[0], V(1, 2));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(1, 12, 20, 100, 1200, 2000));
    nnt_expect(&t->dweight[0], V(12, 15, 21, 24));
    nnt_expect(&t->dweight[1], V(3));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml;
    int64_t     in[2], out[2];
} sizes[] = {
    { "{out: 1}", { 5, 4 }, { 5, 4 } },
    { "{out: 1, k: 4}", { 5, 4 }, { 5, 4 } },
    { "{out: 1, stride: 2}", { 5, 4 }, { 3, 2 } },
    { "{out: 1, k: 5, pad: valid}", { 28, 32 }, { 24, 28 } },
    { "{out: 1, stride: 2, padding: 1}", { 5, 4 }, { 3, 2 } },
    { "{out: 1, padding: [2, 0]}", { 5, 4 }, { 7, 2 } },
    { "{out: 1, dilation: 2, pad: valid}", { 5, 6 }, { 1, 2 } },
    { "{out: 1, k: 1, stride: 3}", { 7, 6 }, { 3, 2 } },
    { "{out: 1, stride: 9}", { 1, 1 }, { 1, 1 } },
};

START_TEST(sizes_follow_from_padding_and_stride)
{
    struct nnt *t = nnt_open("layer", "conv", sizes[_i].yaml);

    nnt_in(t, NNP_F32, S(2, 3, sizes[_i].in[0], sizes[_i].in[1]), V0);
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 1, sizes[_i].out[0], sizes[_i].out[1]));
    nnt_close(t);
}
END_TEST

/* More rows than there are parts of the sum. */
START_TEST(sums_the_gradients_over_all_rows)
{
    enum { ROWS = 21 };
    struct nnt *t = nnt_open("layer", "conv", "{out: 2, k: 1}");

    nnt_in(t, NNP_F32, S(ROWS, 1, 1, 1), V0);
    nnt_setup(t);
    for (size_t i = 0; i < ROWS; i++)
        nnp_f32(&t->in[0])[i] = (float)i;
    nnt_forward(t);
    nnt_backward(t);
    nnt_expect(&t->dweight[0], V(210, 210));
    nnt_expect(&t->dweight[1], V(ROWS, ROWS));
    nnt_close(t);
}
END_TEST

/* A single image is cut along its channels, more of them are not. */
START_TEST(one_image_gives_the_bits_of_many)
{
    enum { MANY = 5, ROW = 4 * 7 * 6 };
    struct nnt *one = nnt_open("layer", "conv", "{out: 34, groups: 2}");
    struct nnt *many = nnt_open("layer", "conv", "{out: 34, groups: 2}");

    nnt_in(one, NNP_F32, S(1, 4, 7, 6), V0);
    nnt_in(many, NNP_F32, S(MANY, 4, 7, 6), V0);
    nnt_setup(one);
    nnt_setup(many);
    nnt_random(&many->in[0], -1, 1, 1);
    memcpy(one->in[0].data, nnp_f32(&many->in[0]) + (size_t)2 * ROW, ROW * sizeof(float));
    for (uint32_t k = 0; k < 2; k++) {
        nnt_random(&one->weight[k], -1, 1, 2 + k);
        nnt_random(&many->weight[k], -1, 1, 2 + k);
    }
    nnt_forward(one);
    nnt_forward(many);
    size_t n = nnp_row(&one->out[0]);
    ck_assert_mem_eq(one->out[0].data, nnp_f32(&many->out[0]) + 2 * n, n * sizeof(float));
    nnt_close(one);
    nnt_close(many);
}
END_TEST

static const char *const settings[] = {
    "{out: 2}",
    "{out: 4, k: 2, stride: 2, groups: 2}",
    "{out: 2, padding: [2, 1], stride: 3}",
    "{out: 1, dilation: 2, bias: false}",
    "{out: 3, k: 1}",
};

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "conv", settings[_i]);

    nnt_in(t, NNP_F32, S(2, 2, 5, 4), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, (uint64_t)_i + 1);
    for (uint32_t k = 0; k < t->ctx->n_weight; k++)
        nnt_random(&t->weight[k], -1, 1, (uint64_t)_i + 10 + k);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *yaml;
    uint32_t         dtype;
    struct nnt_shape shape;
    const char      *message;
} refused[] = {
    { "1",
      NNP_U8,
      { 4, (int64_t[]){ 2, 1, 4, 4 } },
      "conv takes f32; put `scale` before it" },
    { "1",
      NNP_F32,
      { 2, (int64_t[]){ 2, 16 } },
      "conv takes images: rows of 3 axes (channels, height, width), not 1" },
    { "{out: 4, groups: 2}",
      NNP_F32,
      { 4, (int64_t[]){ 2, 3, 4, 4 } },
      "3 channels do not fall into 2 equal groups" },
    { "{out: 3, groups: 2}",
      NNP_F32,
      { 4, (int64_t[]){ 2, 4, 4, 4 } },
      "out: 3 does not fall into 2 equal groups" },
    { "{out: 3, padding: [1, 2, 3]}",
      NNP_F32,
      { 4, (int64_t[]){ 2, 4, 4, 4 } },
      "padding is one number or [height, width], not 3 numbers" },
    { "{out: 3, dilation: 2, pad: valid}",
      NNP_F32,
      { 4, (int64_t[]){ 2, 4, 9, 4 } },
      "a kernel over 5 x 5 pixels does not fit into 9 x 4; `pad: same` makes room" },
};

START_TEST(refuses_inputs_that_do_not_fit)
{
    struct nnt *t = nnt_open("layer", "conv", refused[_i].yaml);

    nnt_in(t, refused[_i].dtype, refused[_i].shape, V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "conv", NULL),
                     "conv: out is required (output channels)");
    ck_assert_str_eq(nnt_refusal("layer", "conv", "{out: 3, stride: 0}"),
                     "test.yaml:1:18: stride: 0 is outside [1,1024] pixels");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("conv");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, sums_what_the_kernel_covers);
    tcase_add_loop_test(t, sizes_follow_from_padding_and_stride, 0, COUNT(sizes));
    tcase_add_test(t, sums_the_gradients_over_all_rows);
    tcase_add_test(t, one_image_gives_the_bits_of_many);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(settings));
    tcase_add_loop_test(t, refuses_inputs_that_do_not_fit, 0, COUNT(refused));
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
