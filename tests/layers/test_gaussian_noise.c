/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <math.h>
#include "support/nnt.h"

enum { MANY = 40000 };

/* Mean and deviation of y - x, each within 4 of its own standard deviations. */
START_TEST(adds_noise_of_the_given_width)
{
    struct nnt *t = nnt_open("layer", "gaussian_noise", "0.25");
    double      sum = 0, squares = 0;

    nnt_in(t, NNP_F32, S(4, MANY / 4), V0);
    nnt_setup(t);
    nnt_fill(&t->in[0], 2);
    nnt_forward(t);
    for (size_t i = 0; i < MANY; i++) {
        double z = nnt_get(&t->out[0], i) - 2;
        sum += z;
        squares += z * z;
    }
    ck_assert_double_lt(fabs(sum / MANY), 4 * 0.25 / sqrt(MANY));
    ck_assert_double_lt(fabs(sqrt(squares / MANY) - 0.25), 4 * 0.25 / sqrt(2.0 * MANY));
    nnt_close(t);
}
END_TEST

START_TEST(passes_everything_on_in_inference)
{
    struct nnt *t = nnt_open("layer", "gaussian_noise", "{std: 5}");

    nnt_in(t, NNP_F32, S(1, 3), V(1, NAN, -3));
    nnt_infer(t);
    nnt_expect(&t->out[0], V(1, NAN, -3));
    nnt_close(t);
}
END_TEST

START_TEST(follows_step_and_schedule)
{
    struct nnt *t = nnt_open("layer", "gaussian_noise", NULL);

    nnt_in(t, NNP_F32, S(1, 2), V(0, 0));
    nnt_forward(t);
    double at_0 = nnt_get(&t->out[0], 0);
    t->ctx->step = 1;
    nnt_forward(t);
    ck_assert(nnt_get(&t->out[0], 0) != at_0);
    t->ctx->step = 0;
    nnt_live(t, "std", 0.2);
    nnt_forward(t);
    nnt_expect_number(nnt_get(&t->out[0], 0), 2 * at_0, 1e-6);
    nnt_live(t, "std", 0);
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 0));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "gaussian_noise", "1");

    nnt_in(t, NNP_F32, S(3, 4), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 2, 1);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "gaussian_noise", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, gaussian_noise takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "gaussian_noise", "{std: -1}"),
                     "test.yaml:1:7: std: -1 is outside [0,inf)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gaussian_noise");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, adds_noise_of_the_given_width);
    tcase_add_test(t, passes_everything_on_in_inference);
    tcase_add_test(t, follows_step_and_schedule);
    tcase_add_test(t, gradient_agrees_with_differences);
    tcase_add_test(t, refuses_pixels);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
