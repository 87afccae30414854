/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "layers/elementwise.h"

START_TEST(weighs_by_the_normal_distribution)
{
    elementwise_maps("gelu", NULL, V(-2, -0.5, 0, 0.5, 2),
                     V(-0.0455002639, -0.154268769, 0, 0.345731231, 1.95449974),
                     V(-0.0852318011, 0.132504875, 0.5, 0.867495125, 1.0852318));
}
END_TEST

START_TEST(approximates_by_tanh)
{
    elementwise_maps("gelu", "tanh", V(-2, -0.5, 0, 0.5, 2),
                     V(-0.0454023059, -0.15428599, 0, 0.34571401, 1.95459769),
                     V(-0.0860992566, 0.132630096, 0.5, 0.867369904, 1.08609926));
}
END_TEST

static const char *const settings[] = { NULL, "tanh" };

START_TEST(gradient_agrees_with_differences)
{
    elementwise_gradient("gelu", settings[(size_t)_i % COUNT(settings)],
                         (uint64_t)_i + 1);
}
END_TEST

START_TEST(is_the_same_anywhere_in_a_tensor)
{
    elementwise_is_the_same_anywhere("gelu", NULL);
}
END_TEST

START_TEST(holds_at_extremes)
{
    elementwise_at_extremes("gelu", NULL, V(0, 10000), V(0, 1));
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "gelu", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, gelu takes f32: put `scale` before it");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "sigmoid", "test.yaml:1:1: approximate: 'sigmoid' is not one of none|tanh" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "gelu", refused[_i].yaml), refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gelu");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, weighs_by_the_normal_distribution);
    tcase_add_test(t, approximates_by_tanh);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2 * COUNT(settings));
    tcase_add_test(t, is_the_same_anywhere_in_a_tensor);
    tcase_add_test(t, holds_at_extremes);
    tcase_add_test(t, refuses_pixels);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
