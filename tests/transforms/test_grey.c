/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

/* White, red, green, blue and black, as five pixels. */
#define COLOURS V(1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0)

START_TEST(grey_weighs_what_the_eye_sees)
{
    struct nnt *t = nnt_open("transform", "grey", NULL);

    nnt_in(t, NNP_F32, S(1, 3, 1, 5), COLOURS);
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 1, 1, 5));
    nnt_expect(&t->out[0], V(1, 0.299, 0.587, 0.114, 0));
    nnt_close(t);
}
END_TEST

START_TEST(chroma_is_0_without_colour_and_a_half_at_most)
{
    struct nnt *t = nnt_open("transform", "chroma", NULL);

    nnt_in(t, NNP_F32, S(1, 3, 1, 5), COLOURS);
    nnt_forward(t);
    nnt_expect_shape(&t->out[1], NNP_F32, S(1, 2, 1, 5));
    nnt_expect(&t->out[0], V(1, 0.299, 0.587, 0.114, 0));
    nnt_expect(&t->out[1], V(0, -0.168735892, -0.331264108, 0.5, 0, 0, 0.5, -0.418687589,
                             -0.0813124108, 0));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", _i ? "chroma" : "grey", NULL);

    nnt_in(t, NNP_F32, S(2, 3, 2, 3), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_has_no_colours)
{
    struct nnt *t = nnt_open("transform", _i ? "chroma" : "grey", NULL);

    nnt_in(t, NNP_F32, S(2, 1, 2, 2), V0);
    ck_assert_str_eq(
        nnt_setup_refusal(t),
        "colour images are needed: rows of 3 axes (3 channels, height, width)");
    nnt_close(t);
    t = nnt_open("transform", _i ? "chroma" : "grey", NULL);
    nnt_in(t, NNP_U8, S(2, 3, 2, 2), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     _i ? "the input is u8, chroma takes f32: put `scale` before it"
                        : "the input is u8, grey takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("grey");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, grey_weighs_what_the_eye_sees);
    tcase_add_test(t, chroma_is_0_without_colour_and_a_half_at_most);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2);
    tcase_add_loop_test(t, refuses_what_has_no_colours, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
