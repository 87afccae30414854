/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "layers/elementwise.h"

START_TEST(weighs_by_the_logistic_function)
{
    elementwise_maps("silu", NULL, V(-2, -0.5, 0, 0.5, 2),
                     V(-0.238405844, -0.188770334, 0, 0.311229666, 1.76159416),
                     V(-0.0907842488, 0.260038813, 0.5, 0.739961187, 1.09078425));
}
END_TEST

static const char *const settings[] = { NULL };

START_TEST(gradient_agrees_with_differences)
{
    elementwise_gradient("silu", settings[(size_t)_i % COUNT(settings)],
                         (uint64_t)_i + 1);
}
END_TEST

START_TEST(is_the_same_anywhere_in_a_tensor)
{
    elementwise_is_the_same_anywhere("silu", NULL);
}
END_TEST

START_TEST(holds_at_extremes)
{
    elementwise_at_extremes("silu", NULL, V(0, 10000), V(0, 1));
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "silu", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, silu takes f32: put `scale` before it");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("silu");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, weighs_by_the_logistic_function);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2 * COUNT(settings));
    tcase_add_test(t, is_the_same_anywhere_in_a_tensor);
    tcase_add_test(t, holds_at_extremes);
    tcase_add_test(t, refuses_pixels);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
