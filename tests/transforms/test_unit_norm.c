/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(divides_a_row_by_its_length)
{
    struct nnt *t = nnt_open("transform", "unit_norm", NULL);

    nnt_in(t, NNP_F32, S(3, 2, 2), V(1, 3, 1, 5, 0, 0, 0, 0, 0, -2, 0, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(3, 2, 2));
    nnt_expect(&t->out[0], V(1. / 6, 0.5, 1. / 6, 5. / 6, 0, 0, 0, 0, 0, -1, 0, 0));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", "unit_norm", NULL);

    nnt_in(t, NNP_F32, S(3, 5), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_whole_numbers)
{
    struct nnt *t = nnt_open("transform", "unit_norm", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, unit_norm takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("unit_norm");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, divides_a_row_by_its_length);
    tcase_add_test(t, gradient_agrees_with_differences);
    tcase_add_test(t, refuses_whole_numbers);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
