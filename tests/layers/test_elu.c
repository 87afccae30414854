/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "layers/elementwise.h"

START_TEST(bends_to_minus_1)
{
    elementwise_maps("elu", NULL, V(-2, -0.5, 0, 0.5, 2),
                     V(-0.864664717, -0.39346934, 0, 0.5, 2),
                     V(0.135335283, 0.60653066, 1, 1, 1));
}
END_TEST

START_TEST(bends_to_minus_alpha)
{
    elementwise_maps("elu", "{alpha: 0.5}", V(-2, -0.5, 0, 0.5, 2),
                     V(-0.432332358, -0.19673467, 0, 0.5, 2),
                     V(0.0676676416, 0.30326533, 0.5, 1, 1));
}
END_TEST

START_TEST(alpha_0_is_relu)
{
    elementwise_maps("elu", "0", V(-2, -0.5, 0, 0.5, 2), V(0, 0, 0, 0.5, 2),
                     V(0, 0, 0, 1, 1));
}
END_TEST

static const char *const settings[] = { NULL, "{alpha: 0.5}", "0" };

START_TEST(gradient_agrees_with_differences)
{
    elementwise_gradient("elu", settings[(size_t)_i % COUNT(settings)], (uint64_t)_i + 1);
}
END_TEST

START_TEST(is_the_same_anywhere_in_a_tensor)
{
    elementwise_is_the_same_anywhere("elu", NULL);
}
END_TEST

START_TEST(holds_at_extremes)
{
    elementwise_at_extremes("elu", NULL, V(-1, 10000), V(0, 1));
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "elu", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, elu takes f32: put `scale` before it");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{alpha: -1}", "test.yaml:1:9: alpha: -1 is outside [0,inf)" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "elu", refused[_i].yaml), refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("elu");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, bends_to_minus_1);
    tcase_add_test(t, bends_to_minus_alpha);
    tcase_add_test(t, alpha_0_is_relu);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2 * COUNT(settings));
    tcase_add_test(t, is_the_same_anywhere_in_a_tensor);
    tcase_add_test(t, holds_at_extremes);
    tcase_add_test(t, refuses_pixels);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
