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

/* A single image is cut along its channels, more of them are not; by taps and by tiles.
 */
static const struct {
    const char *yaml;
    int64_t     channels;
} layouts[] = { { "{out: 34, groups: 2}", 4 }, { "{out: 128, groups: 2}", 128 } };

START_TEST(one_image_gives_the_bits_of_many)
{
    enum { MANY = 5, PICTURE = 7 * 6 };
    size_t      row = (size_t)layouts[_i].channels * PICTURE;
    struct nnt *one = nnt_open("layer", "conv", layouts[_i].yaml);
    struct nnt *many = nnt_open("layer", "conv", layouts[_i].yaml);

    nnt_in(one, NNP_F32, S(1, layouts[_i].channels, 7, 6), V0);
    nnt_in(many, NNP_F32, S(MANY, layouts[_i].channels, 7, 6), V0);
    nnt_setup(one);
    nnt_setup(many);
    nnt_random(&many->in[0], -1, 1, 1);
    memcpy(one->in[0].data, nnp_f32(&many->in[0]) + 2 * row, row * sizeof(float));
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

/* Pixel (y, x) of a channel, zero beside the image. */
static double at(const nnp_tensor *t, int64_t row, int64_t ch, int64_t y, int64_t x)
{
    if (y < 0 || x < 0 || y >= t->shape[2] || x >= t->shape[3])
        return 0;
    return (double)nnp_f32(
        t)[((row * t->shape[1] + ch) * t->shape[2] + y) * t->shape[3] + x];
}

static double weight_at(const struct nnt *t, int64_t out, int64_t in, int64_t k)
{
    return (double)nnp_f32(&t->weight[0])[(out * t->weight[0].shape[1] + in) * 9 + k];
}

static const struct {
    const char *yaml;
    int64_t     groups, pad[2];
} wide[] = { { "{out: 64}", 1, { 1, 1 } },
             { "{out: 70, pad: valid}", 1, { 0, 0 } },
             { "{out: 128, groups: 2, padding: [2, 1]}", 2, { 2, 1 } } };

/* So many channels that tiles are taken; values and gradients by the definition. */
START_TEST(many_channels_agree_with_the_definition)
{
    enum { ROWS = 3, HEIGHT = 6, WIDTH = 7 };
    int64_t     in = 64 * wide[_i].groups, p = wide[_i].pad[0], q = wide[_i].pad[1];
    struct nnt *t = nnt_open("layer", "conv", wide[_i].yaml);

    nnt_in(t, NNP_F32, S(ROWS, in, HEIGHT, WIDTH), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 1);
    nnt_random(&t->weight[0], -1, 1, 2);
    nnt_random(&t->weight[1], -1, 1, 3);
    nnt_forward(t);
    nnt_random(&t->dout[0], -1, 1, 4);
    nnt_fill(&t->dweight[0], 0);
    nnt_backward(t);
    const nnp_tensor *x = &t->in[0], *y = &t->out[0], *dy = &t->dout[0];
    int64_t           out = y->shape[1] / wide[_i].groups;
    for (int64_t spot = 0; spot < 40; spot++) { /* some of everything */
        int64_t row = spot % ROWS, o = spot * 37 % y->shape[1], i = spot * 29 % in;
        int64_t line = spot % y->shape[2], column = spot * 5 % y->shape[3], g = o / out;
        double  sum = (double)nnp_f32(&t->weight[1])[o], slope = 0, dx = 0;
        for (int64_t k = 0; k < 64 * 9; k++)
            sum += weight_at(t, o, k / 9, k % 9) *
                   at(x, row, g * 64 + k / 9, line + k % 9 / 3 - p, column + k % 3 - q);
        nnt_expect_number(at(y, row, o, line, column), sum, 2e-5);
        for (int64_t k = 0; k < out * 9; k++)
            dx += weight_at(t, i / 64 * out + k / 9, i % 64, k % 9) *
                  at(dy, row, i / 64 * out + k / 9, spot % HEIGHT - k % 9 / 3 + p,
                     spot % WIDTH - k % 3 + q);
        nnt_expect_number(at(&t->din[0], row, i, spot % HEIGHT, spot % WIDTH), dx, 2e-5);
        int64_t k = spot % 9, from = g * 64 + i % 64;
        for (int64_t n = 0; n < ROWS * y->shape[2] * y->shape[3]; n++) {
            int64_t r = n / (y->shape[2] * y->shape[3]);
            int64_t at_y = n / y->shape[3] % y->shape[2], at_x = n % y->shape[3];
            slope += at(dy, r, o, at_y, at_x) *
                     at(x, r, from, at_y + k / 3 - p, at_x + k % 3 - q);
        }
        nnt_expect_number((double)nnp_f32(&t->dweight[0])[(o * 64 + i % 64) * 9 + k],
                          slope, 2e-5);
    }
    nnt_close(t);
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
      "the input is u8, conv takes f32: put `scale` before it" },
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
    tcase_add_loop_test(t, one_image_gives_the_bits_of_many, 0, COUNT(layouts));
    tcase_add_loop_test(t, many_channels_agree_with_the_definition, 0, COUNT(wide));
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(settings));
    tcase_add_loop_test(t, refuses_inputs_that_do_not_fit, 0, COUNT(refused));
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
