/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "layers/elementwise.h"

START_TEST(is_a_smooth_rectifier)
{
    elementwise_maps("softplus", NULL, V(-2, -0.5, 0, 0.5, 2),
                     V(0.126928011, 0.474076984, 0.693147181, 0.974076984, 2.12692801),
                     V(0.119202922, 0.377540669, 0.5, 0.622459331, 0.880797078));
}
END_TEST

START_TEST(beta_sharpens_the_bend)
{
    elementwise_maps(
        "softplus", "{beta: 4}", V(-2, -0.5, 0, 0.5, 2),
        V(8.38515932e-05, 0.0317320028, 0.173286795, 0.531732003, 2.00008385),
        V(0.00033535013, 0.119202922, 0.5, 0.880797078, 0.99966465));
}
END_TEST

static const char *const settings[] = { NULL, "{beta: 4}" };

START_TEST(gradient_agrees_with_differences)
{
    elementwise_gradient("softplus", settings[(size_t)_i % COUNT(settings)],
                         (uint64_t)_i + 1);
}
END_TEST

START_TEST(is_the_same_anywhere_in_a_tensor)
{
    elementwise_is_the_same_anywhere("softplus", NULL);
}
END_TEST

START_TEST(holds_at_extremes)
{
    elementwise_at_extremes("softplus", NULL, V(0, 10000), V(0, 1));
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "softplus", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, softplus takes f32: put `scale` before it");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{beta: 0}", "test.yaml:1:8: beta: 0 is outside (0,inf)" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "softplus", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("softplus");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, is_a_smooth_rectifier);
    tcase_add_test(t, beta_sharpens_the_bend);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2 * COUNT(settings));
    tcase_add_test(t, is_the_same_anywhere_in_a_tensor);
    tcase_add_test(t, holds_at_extremes);
    tcase_add_test(t, refuses_pixels);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
