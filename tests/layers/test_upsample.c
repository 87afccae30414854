/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(repeats_pixels)
{
    struct nnt *t = nnt_open("layer", "upsample", "2");

    nnt_in(t, NNP_F32, S(1, 2, 1, 2), V(1, 2, 3, 4));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 2, 2, 4));
    nnt_expect(&t->out[0], V(1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4));
    nnt_set(&t->dout[0], V(1, 2, 3, 4, 5, 6, 7, 8, 1, 1, 1, 1, 1, 1, 1, 1));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(14, 22, 4, 4));
    nnt_close(t);
}
END_TEST

START_TEST(lays_lines_between_centres)
{
    struct nnt *t = nnt_open("layer", "upsample", "{factor: 2, mode: bilinear}");

    nnt_in(t, NNP_F32, S(1, 1, 2, 2), V(0, 4, 8, 20));
    nnt_forward(t);
    nnt_expect(&t->out[0],
               V(0, 1, 3, 4, 2, 3.5, 6.5, 8, 6, 8.5, 13.5, 16, 8, 11, 17, 20));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    static const char *const settings[] = { "3", "{mode: bilinear}",
                                            "{factor: 3, mode: bilinear}" };
    struct nnt              *t = nnt_open("layer", "upsample", settings[_i]);

    nnt_in(t, NNP_F32, S(2, 2, 3, 1), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, (uint64_t)_i + 1);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_is_no_image)
{
    struct nnt *t = nnt_open("layer", "upsample", NULL);

    nnt_in(t, NNP_F32, S(2, 16), V0);
    ck_assert_str_eq(
        nnt_setup_refusal(t),
        "upsample takes images: rows of 3 axes (channels, height, width), not 1");
    nnt_close(t);
    t = nnt_open("layer", "upsample", NULL);
    nnt_in(t, NNP_U8, S(2, 1, 4, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, upsample takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("upsample");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, repeats_pixels);
    tcase_add_test(t, lays_lines_between_centres);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 3);
    tcase_add_test(t, refuses_what_is_no_image);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
