/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "layers/elementwise.h"

START_TEST(passes_its_input_on)
{
    elementwise_maps("linear", NULL, V(-2, -0.5, 0, 0.5, 2), V(-2, -0.5, 0, 0.5, 2),
                     V(1, 1, 1, 1, 1));
}
END_TEST

static const char *const settings[] = { NULL };

START_TEST(gradient_agrees_with_differences)
{
    elementwise_gradient("linear", settings[(size_t)_i % COUNT(settings)],
                         (uint64_t)_i + 1);
}
END_TEST

START_TEST(is_the_same_anywhere_in_a_tensor)
{
    elementwise_is_the_same_anywhere("linear", NULL);
}
END_TEST

START_TEST(holds_at_extremes)
{
    elementwise_at_extremes("linear", NULL, V(-10000, 10000), V(1, 1));
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "linear", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, linear takes f32: put `scale` before it");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("linear");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, passes_its_input_on);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2 * COUNT(settings));
    tcase_add_test(t, is_the_same_anywhere_in_a_tensor);
    tcase_add_test(t, holds_at_extremes);
    tcase_add_test(t, refuses_pixels);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
