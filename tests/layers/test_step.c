/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "layers/elementwise.h"

START_TEST(is_1_from_0_on)
{
    elementwise_maps("step", NULL, V(-2, -0.5, 0, 0.5, 2), V(0, 0, 1, 1, 1),
                     V(0, 0, 0, 0, 0));
}
END_TEST

START_TEST(takes_other_levels)
{
    elementwise_maps("step", "{low: -1, high: 2}", V(-2, -0.5, 0, 0.5, 2),
                     V(-1, -1, 2, 2, 2), V(0, 0, 0, 0, 0));
}
END_TEST

START_TEST(passes_gradients_straight_through)
{
    elementwise_maps("step", "{straight_through: true}", V(-2, -0.5, 0, 0.5, 2),
                     V(0, 0, 1, 1, 1), V(1, 1, 1, 1, 1));
}
END_TEST

START_TEST(is_the_same_anywhere_in_a_tensor)
{
    elementwise_is_the_same_anywhere("step", "{straight_through: true}");
}
END_TEST

START_TEST(holds_at_extremes)
{
    elementwise_at_extremes("step", NULL, V(0, 1), V(0, 0));
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "step", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, step takes f32: put `scale` before it");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{straight_through: 2}",
      "test.yaml:1:20: straight_through: '2' is not true or false" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "step", refused[_i].yaml), refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("step");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, is_1_from_0_on);
    tcase_add_test(t, takes_other_levels);
    tcase_add_test(t, passes_gradients_straight_through);
    tcase_add_test(t, is_the_same_anywhere_in_a_tensor);
    tcase_add_test(t, holds_at_extremes);
    tcase_add_test(t, refuses_pixels);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
