/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(takes_the_mean_of_each_window)
{
    struct nnt *t = nnt_open("layer", "avgpool", "2");

    nnt_in(t, NNP_F32, S(1, 2, 2, 5),
           V(1, 2, 9, 4, 99, 5, 3, 7, 8, 99, -1, -2, -3, -3, 0, -4, -5, -3, -6, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 2, 1, 2));
    nnt_expect(&t->out[0], V(2.75, 7, -3, -3.75));
    nnt_set(&t->dout[0], V(1, 2, 3, 4));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.25, 0.25, 0.5, 0.5, 0, 0.25, 0.25, 0.5, 0.5, 0, 0.75, 0.75,
                             1, 1, 0, 0.75, 0.75, 1, 1, 0));
    nnt_close(t);
}
END_TEST

START_TEST(adds_gradients_where_windows_overlap)
{
    struct nnt *t = nnt_open("layer", "avgpool", "{k: 2, stride: 1}");

    nnt_in(t, NNP_F32, S(1, 1, 3, 3), V(1, 2, 3, 4, 9, 5, 6, 7, 8));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(4, 4.75, 6.5, 7.25));
    nnt_set(&t->dout[0], V(1, 2, 3, 4));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.25, 0.75, 0.5, 1, 2.5, 1.5, 0.75, 1.75, 1));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    static const char *const settings[] = { "2", "{k: 3, stride: 2}",
                                            "{k: 2, stride: 3}" };
    struct nnt              *t = nnt_open("layer", "avgpool", settings[_i]);

    nnt_in(t, NNP_F32, S(2, 2, 5, 7), V0);
    nnt_setup(t);
    for (size_t i = 0; i < 140; i++)
        nnp_f32(&t->in[0])[i] = 0.1f * (float)(i * 37 % 140) - 7;
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_is_no_image)
{
    struct nnt *t = nnt_open("layer", "avgpool", "4");

    nnt_in(t, NNP_F32, S(2, 1, 8, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "a window of 4 x 4 pixels does not fit into 8 x 3");
    nnt_close(t);
    t = nnt_open("layer", "avgpool", NULL);
    nnt_in(t, NNP_F32, S(2, 16), V0);
    ck_assert_str_eq(
        nnt_setup_refusal(t),
        "avgpool takes images: rows of 3 axes (channels, height, width), not 1");
    nnt_close(t);
    t = nnt_open("layer", "avgpool", NULL);
    nnt_in(t, NNP_U8, S(2, 1, 4, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, avgpool takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("avgpool");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, takes_the_mean_of_each_window);
    tcase_add_test(t, adds_gradients_where_windows_overlap);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 3);
    tcase_add_test(t, refuses_what_is_no_image);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
