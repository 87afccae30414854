/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <math.h>
#include "support/nnt.h"

enum { MANY = 40000 };

/* At x = 5 hardly anything is cut off, so the noise shows: its variance is sigmoid(5), or
 * std squared. Bounds are 4 standard deviations. */
START_TEST(adds_noise_before_it_cuts_off)
{
    static const struct {
        const char *yaml;
        double      deviation;
    } setting[] = { { NULL, 0.99664770 }, { "{variance: fixed, std: 0.5}", 0.5 } };
    double      want = setting[_i].deviation, sum = 0, squares = 0;
    struct nnt *t = nnt_open("layer", "noisy_relu", setting[_i].yaml);

    nnt_in(t, NNP_F32, S(4, MANY / 4), V0);
    nnt_setup(t);
    nnt_fill(&t->in[0], 5);
    nnt_forward(t);
    for (size_t i = 0; i < MANY; i++) {
        double z = nnt_get(&t->out[0], i) - 5;
        sum += z;
        squares += z * z;
    }
    ck_assert_double_lt(fabs(sum / MANY), 4 * want / sqrt(MANY));
    ck_assert_double_lt(fabs(sqrt(squares / MANY) - want), 4 * want / sqrt(2.0 * MANY));
    nnt_close(t);
}
END_TEST

/* At x = 0 the noise alone decides: half of the units are on. */
START_TEST(half_are_on_at_zero)
{
    struct nnt *t = nnt_open("layer", "noisy_relu", NULL);
    size_t      on = 0;

    nnt_in(t, NNP_F32, S(1, MANY), V0);
    nnt_forward(t);
    for (size_t i = 0; i < MANY; i++) {
        ck_assert(nnt_get(&t->out[0], i) >= 0);
        on += nnt_get(&t->out[0], i) > 0;
    }
    ck_assert_double_lt(fabs((double)on / MANY - 0.5), 4 * 0.5 / sqrt(MANY));
    nnt_close(t);
}
END_TEST

START_TEST(is_relu_in_inference)
{
    struct nnt *t = nnt_open("layer", "noisy_relu", NULL);

    nnt_in(t, NNP_F32, S(1, 5), V(-2, -0.5, 0, 0.5, NAN));
    nnt_infer(t);
    nnt_expect(&t->out[0], V(0, 0, 0, 0.5, NAN));
    nnt_close(t);
}
END_TEST

START_TEST(has_no_noise_far_below_zero)
{
    struct nnt *t = nnt_open("layer", "noisy_relu", NULL);

    nnt_in(t, NNP_F32, S(1, 3), V(-1e4, -200, NAN));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 0, NAN));
    nnt_backward(t);
    nnt_expect_number(nnt_get(&t->din[0], 0), 0, 0);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    static const char *const settings[] = { NULL, "{variance: fixed, std: 0.5}" };
    struct nnt *t = nnt_open_seed("layer", "noisy_relu", settings[_i % 2], (uint64_t)_i);

    nnt_in(t, NNP_F32, S(3, 9), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 3, (uint64_t)_i + 1);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "noisy_relu", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, noisy_relu takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{std: -1}", "test.yaml:1:7: std: -1 is outside [0,inf)" },
    { "gauss", "test.yaml:1:1: variance: 'gauss' is not one of sigmoid|fixed" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "noisy_relu", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("noisy_relu");
    TCase *t = tcase_create("layer");

    tcase_add_loop_test(t, adds_noise_before_it_cuts_off, 0, 2);
    tcase_add_test(t, half_are_on_at_zero);
    tcase_add_test(t, is_relu_in_inference);
    tcase_add_test(t, has_no_noise_far_below_zero);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 6);
    tcase_add_test(t, refuses_pixels);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
