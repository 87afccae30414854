/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static const struct {
    const char *yaml;
    double      y[12];
} flips[] = {
    { "{p: 1}", { 3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10 } },
    { "{p: 1, axis: height}", { 4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9 } },
    { "{p: 0}", { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 } },
};

START_TEST(mirrors_every_channel)
{
    for (int bytes = 0; bytes < 2; bytes++) {
        struct nnt *t = nnt_open("transform", "flip", flips[_i].yaml);
        uint32_t    type = bytes ? NNP_U8 : NNP_F32;

        nnt_in(t, type, S(1, 2, 2, 3), V(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
        nnt_forward(t);
        nnt_expect_shape(&t->out[0], type, S(1, 2, 2, 3));
        nnt_expect(&t->out[0], (struct nnt_values){ 12, flips[_i].y });
        nnt_close(t);
    }
}
END_TEST

START_TEST(mirrors_half_of_the_images_others_in_the_next_step)
{
    enum { ROWS = 1000 };
    struct nnt *t = nnt_open("transform", "flip", NULL);
    int         n = 0, changed = 0;
    double      before[ROWS];

    nnt_in(t, NNP_F32, S(ROWS, 1, 1, 2), V0);
    nnt_setup(t);
    for (size_t i = 0; i < ROWS; i++)
        nnp_f32(&t->in[0])[2 * i + 1] = 1;
    nnt_forward(t);
    for (size_t i = 0; i < ROWS; i++)
        n += (before[i] = nnt_get(&t->out[0], 2 * i)) == 1;
    ck_assert_int_ge(n, 437); /* 4 standard errors */
    ck_assert_int_le(n, 563);
    t->ctx->step = 1;
    nnt_forward(t);
    for (size_t i = 0; i < ROWS; i++)
        changed += before[i] != nnt_get(&t->out[0], 2 * i);
    ck_assert_int_ge(changed, 437);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", "flip", _i ? "height" : "width");

    nnt_in(t, NNP_F32, S(4, 2, 3, 4), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_is_no_image)
{
    struct nnt *t = nnt_open("transform", "flip", NULL);

    nnt_in(t, NNP_F32, S(2, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "flip takes images: rows of 3 axes (channels, height, width)");
    nnt_close(t);
    ck_assert_str_eq(nnt_refusal("transform", "flip", "{p: 2}"),
                     "test.yaml:1:5: p: 2 is outside [0,1]");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flip");
    TCase *t = tcase_create("transform");

    tcase_add_loop_test(t, mirrors_every_channel, 0, COUNT(flips));
    tcase_add_test(t, mirrors_half_of_the_images_others_in_the_next_step);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2);
    tcase_add_test(t, refuses_what_is_no_image);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
