/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(makes_one_list_of_a_row)
{
    struct nnt *t = nnt_open("layer", "flatten", NULL);

    nnt_in(t, NNP_F32, S(2, 1, 2, 2), V(1, 2, 3, 4, 5, 6, 7, 8));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 4));
    nnt_expect(&t->out[0], V(1, 2, 3, 4, 5, 6, 7, 8));
    nnt_set(&t->dout[0], V(8, 7, 6, 5, 4, 3, 2, 1));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(8, 7, 6, 5, 4, 3, 2, 1));
    nnt_close(t);
}
END_TEST

START_TEST(makes_a_list_of_a_single_number)
{
    struct nnt *t = nnt_open("layer", "flatten", NULL);

    nnt_in(t, NNP_F32, S(3), V(1, 2, 3));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(3, 1));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "flatten", NULL);

    nnt_in(t, NNP_F32, S(2, 3, 2), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 2, 1);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "flatten", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, flatten takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flatten");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, makes_one_list_of_a_row);
    tcase_add_test(t, makes_a_list_of_a_single_number);
    tcase_add_test(t, gradient_agrees_with_differences);
    tcase_add_test(t, refuses_pixels);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
