/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(cuts_the_centre_where_nothing_is_learnt)
{
    struct nnt *t = nnt_open("transform", "mask.box", "{size: [1, 2], value: -1}");

    nnt_in(t, NNP_F32, S(1, 2, 3, 4),
           V(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    nnt_infer(t);
    nnt_expect_shape(&t->out[1], NNP_F32, S(1, 1, 3, 4));
    nnt_expect(&t->out[0], V(1, 2, 3, 4, 5, -1, -1, 8, 9, 10, 11, 12, 0, 0, 0, 0, 0, -1,
                             -1, 0, 0, 0, 0, 0));
    nnt_expect(&t->out[1], V(0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0));
    nnt_close(t);
}
END_TEST

START_TEST(fills_with_the_mean_of_the_rest)
{
    struct nnt *t =
        nnt_open("transform", "mask.box", "{size: 1, train: centre, fill: mean}");

    nnt_in(t, NNP_F32, S(1, 1, 3, 3), V(1, 2, 3, 4, 100, 6, 7, 8, 9));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1, 2, 3, 4, 5, 6, 7, 8, 9));
    nnt_set(&t->dout[0], V(0, 1, 2, 3, 16, 5, 6, 7, 8));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(2, 3, 4, 5, 0, 7, 8, 9, 10));
    nnt_close(t);
}
END_TEST

/* Every place is taken in the end, another one in each step, the same in each replay. */
START_TEST(wanders_in_training)
{
    struct nnt *t = nnt_open("transform", "mask.box", "{size: 2}");
    double      seen[4 * 5] = { 0 };

    nnt_in(t, NNP_F32, S(3, 1, 4, 5), V0);
    for (int step = 0; step < 60; step++) {
        t->ctx->step = (uint64_t)step;
        nnt_forward(t);
        for (size_t row = 0; row < 3; row++) {
            double all = 0;

            for (size_t i = 0; i < 20; i++) {
                all += nnt_get(&t->out[1], row * 20 + i);
                seen[i] += nnt_get(&t->out[1], row * 20 + i);
            }
            ck_assert_double_eq(all, 4);
        }
    }
    for (size_t i = 0; i < 20; i++)
        ck_assert_double_gt(seen[i], 0);
    nnt_close(t);
}
END_TEST

START_TEST(noise_is_fresh_and_within_0_and_1)
{
    struct nnt *t =
        nnt_open("transform", "mask.box", "{size: 4, fill: noise, train: centre}");
    double first, sum = 0;

    nnt_in(t, NNP_F32, S(20, 3, 4, 4), V0);
    nnt_setup(t);
    nnt_fill(&t->in[0], 7);
    nnt_forward(t);
    first = nnt_get(&t->out[0], 0);
    for (size_t i = 0; i < 960; i++) {
        ck_assert_double_ge(nnt_get(&t->out[0], i), 0);
        ck_assert_double_lt(nnt_get(&t->out[0], i), 1);
        sum += nnt_get(&t->out[0], i);
    }
    nnt_expect_number(sum / 960, 0.5, 0.04); /* 4 standard errors */
    t->ctx->step = 1;
    nnt_forward(t);
    ck_assert_double_ne(nnt_get(&t->out[0], 0), first);
    nnt_close(t);
}
END_TEST

static const char *const fills[] = { "{size: 2}", "{size: [1, 3], fill: mean}",
                                     "{size: 2, fill: noise}" };

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", "mask.box", fills[_i]);

    nnt_in(t, NNP_F32, S(2, 2, 4, 5), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *yaml;
    uint32_t         dtype;
    struct nnt_shape shape;
    const char      *message;
} refused[] = {
    { "8",
      NNP_U8,
      { 4, (int64_t[]){ 1, 1, 9, 9 } },
      "the input is u8, mask.box takes f32: put `scale` before it" },
    { "8",
      NNP_F32,
      { 2, (int64_t[]){ 1, 81 } },
      "mask.box takes images: rows of 3 axes (channels, height, width), not 1" },
    { "[4, 10]",
      NNP_F32,
      { 4, (int64_t[]){ 1, 1, 9, 9 } },
      "size: a hole of 4 x 10 does not fit into 9 x 9 pixels" },
    { "[4, 4, 4]",
      NNP_F32,
      { 4, (int64_t[]){ 1, 1, 9, 9 } },
      "size: one number, or [height, width]" },
};

START_TEST(refuses_what_does_not_fit)
{
    struct nnt *t = nnt_open("transform", "mask.box", refused[_i].yaml);

    nnt_in(t, refused[_i].dtype, refused[_i].shape, V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mask.box");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, cuts_the_centre_where_nothing_is_learnt);
    tcase_add_test(t, fills_with_the_mean_of_the_rest);
    tcase_add_test(t, wanders_in_training);
    tcase_add_test(t, noise_is_fresh_and_within_0_and_1);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(fills));
    tcase_add_loop_test(t, refuses_what_does_not_fit, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
