/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "layers/elementwise.h"

START_TEST(squashes_into_0_to_1)
{
    elementwise_maps("sigmoid", NULL, V(-2, -0.5, 0, 0.5, 2),
                     V(0.119202922, 0.377540669, 0.5, 0.622459331, 0.880797078),
                     V(0.104993585, 0.235003712, 0.25, 0.235003712, 0.104993585));
}
END_TEST

static const char *const settings[] = { NULL };

START_TEST(gradient_agrees_with_differences)
{
    elementwise_gradient("sigmoid", settings[(size_t)_i % COUNT(settings)],
                         (uint64_t)_i + 1);
}
END_TEST

START_TEST(is_the_same_anywhere_in_a_tensor)
{
    elementwise_is_the_same_anywhere("sigmoid", NULL);
}
END_TEST

START_TEST(holds_at_extremes)
{
    elementwise_at_extremes("sigmoid", NULL, V(0, 1), V(0, 0));
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "sigmoid", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, sigmoid takes f32: put `scale` before it");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sigmoid");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, squashes_into_0_to_1);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2 * COUNT(settings));
    tcase_add_test(t, is_the_same_anywhere_in_a_tensor);
    tcase_add_test(t, holds_at_extremes);
    tcase_add_test(t, refuses_pixels);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
