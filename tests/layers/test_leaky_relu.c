/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "layers/elementwise.h"

START_TEST(scales_below_zero_by_a_hundredth)
{
    elementwise_maps("leaky_relu", NULL, V(-2, -0.5, 0, 0.5, 2),
                     V(-0.02, -0.005, 0, 0.5, 2), V(0.01, 0.01, 0.01, 1, 1));
}
END_TEST

START_TEST(slope_is_that_below_zero)
{
    elementwise_maps("leaky_relu", "{slope: 0.25}", V(-2, -0.5, 0, 0.5, 2),
                     V(-0.5, -0.125, 0, 0.5, 2), V(0.25, 0.25, 0.25, 1, 1));
}
END_TEST

START_TEST(slope_0_is_relu)
{
    elementwise_maps("leaky_relu", "0", V(-2, -0.5, 0, 0.5, 2), V(0, 0, 0, 0.5, 2),
                     V(0, 0, 0, 1, 1));
}
END_TEST

static const char *const settings[] = { NULL, "{slope: 0.25}", "0" };

START_TEST(gradient_agrees_with_differences)
{
    elementwise_gradient("leaky_relu", settings[(size_t)_i % COUNT(settings)],
                         (uint64_t)_i + 1);
}
END_TEST

START_TEST(is_the_same_anywhere_in_a_tensor)
{
    elementwise_is_the_same_anywhere("leaky_relu", NULL);
}
END_TEST

START_TEST(holds_at_extremes)
{
    elementwise_at_extremes("leaky_relu", NULL, V(-100, 10000), V(0.01, 1));
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "leaky_relu", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, leaky_relu takes f32: put `scale` before it");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{slope: 7}", "test.yaml:1:9: slope: 7 is outside [0,1]" },
    { "-0.5", "test.yaml:1:1: slope: -0.5 is outside [0,1]" },
    { "{slop: 0.1}",
      "test.yaml:1:2: leaky_relu: no parameter is called 'slop'; 'slope' is" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "leaky_relu", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("leaky_relu");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, scales_below_zero_by_a_hundredth);
    tcase_add_test(t, slope_is_that_below_zero);
    tcase_add_test(t, slope_0_is_relu);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2 * COUNT(settings));
    tcase_add_test(t, is_the_same_anywhere_in_a_tensor);
    tcase_add_test(t, holds_at_extremes);
    tcase_add_test(t, refuses_pixels);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
