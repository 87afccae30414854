/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <math.h>
#include <string.h>

#include "support/nnt.h"

START_TEST(takes_the_largest_of_each_window)
{
    struct nnt *t = nnt_open("layer", "maxpool", "2");

    nnt_in(t, NNP_F32, S(1, 2, 2, 5),
           V(1, 2, 9, 4, 99, 5, 3, 7, 8, 99, -1, -2, -3, -3, 0, -4, -5, -3, -6, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 2, 1, 2));
    nnt_expect(&t->out[0], V(5, 9, -1, -3));
    nnt_set(&t->dout[0], V(1, 2, 3, 4));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0, 0, 0));
    nnt_close(t);
}
END_TEST

START_TEST(adds_gradients_where_windows_overlap)
{
    struct nnt *t = nnt_open("layer", "maxpool", "{k: 2, stride: 1}");

    nnt_in(t, NNP_F32, S(1, 1, 3, 3), V(1, 2, 3, 4, 9, 5, 6, 7, 8));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(9, 9, 9, 9));
    nnt_set(&t->dout[0], V(1, 2, 3, 4));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 0, 0, 0, 10, 0, 0, 0, 0));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    static const char *const settings[] = { "2", "{k: 3, stride: 2}",
                                            "{k: 2, stride: 3}" };
    struct nnt              *t = nnt_open("layer", "maxpool", settings[_i]);

    nnt_in(t, NNP_F32, S(2, 2, 5, 7), V0);
    nnt_setup(t);
    for (size_t i = 0; i < 140; i++) /* all different, by more than a difference */
        nnp_f32(&t->in[0])[i] = 0.1f * (float)(i * 37 % 140) - 7;
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

/* The place in an image of the first of the largest in a window of 2 x 2; NaN is larger
 * than all numbers. */
static int32_t look_at(const float *x, int64_t width, int64_t top, int64_t left)
{
    int64_t best = top * width + left;

    for (int64_t k = 1; k < 4; k++) {
        int64_t at = (top + k / 2) * width + left + k % 2;
        if (x[at] > x[best] || (isnan(x[at]) && !isnan(x[best])))
            best = at;
    }
    return (int32_t)best;
}

/* Lines in bands with what is left over, single lines, lines too long for that; with
 * ties. */
START_TEST(windows_of_even_images_are_the_same_at_any_width)
{
    static const int64_t shapes[][2] = { { 6, 10 }, { 80, 28 }, { 4, 512 }, { 4, 1030 } };
    const int64_t       *s = shapes[_i], n = s[0] * s[1];
    struct nnt          *t = nnt_open("layer", "maxpool", "2");

    nnt_in(t, NNP_F32, S(1, 2, s[0], s[1]), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 1);
    float *x = nnp_f32(&t->in[0]);
    for (int64_t i = 0; i < 2 * n; i++)
        x[i] = i % 41 == 0 ? NAN : floorf(4 * x[i]);
    for (int training = 0; training < 2; training++) {
        memset(t->out[0].data, 0, nnp_count(&t->out[0]) * sizeof(float));
        ck_assert_int_eq(training ? nnt_forward(t) : nnt_infer(t), 0);
        for (int64_t i = 0; i < n / 2; i++) {
            int64_t ch = i / (n / 4), y = i % (n / 4) / (s[1] / 2), k = i % (s[1] / 2);
            int32_t at = look_at(x + ch * n, s[1], 2 * y, 2 * k);
            float   got = nnp_f32(&t->out[0])[i], want = x[ch * n + at];
            ck_assert(got == want || (isnan(got) && isnan(want)));
            if (training)
                ck_assert_int_eq(((int32_t *)t->saved[0].data)[i], at);
        }
    }
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_is_no_image)
{
    struct nnt *t = nnt_open("layer", "maxpool", "4");

    nnt_in(t, NNP_F32, S(2, 1, 8, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "a window of 4 x 4 pixels does not fit into 8 x 3");
    nnt_close(t);
    t = nnt_open("layer", "maxpool", NULL);
    nnt_in(t, NNP_F32, S(2, 16), V0);
    ck_assert_str_eq(
        nnt_setup_refusal(t),
        "maxpool takes images: rows of 3 axes (channels, height, width), not 1");
    nnt_close(t);
    t = nnt_open("layer", "maxpool", NULL);
    nnt_in(t, NNP_U8, S(2, 1, 4, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, maxpool takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("maxpool");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, takes_the_largest_of_each_window);
    tcase_add_test(t, adds_gradients_where_windows_overlap);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 3);
    tcase_add_loop_test(t, windows_of_even_images_are_the_same_at_any_width, 0, 4);
    tcase_add_test(t, refuses_what_is_no_image);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
