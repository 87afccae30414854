/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(takes_the_mean_of_each_channel)
{
    struct nnt *t = nnt_open("layer", "global_avgpool", NULL);

    nnt_in(t, NNP_F32, S(2, 2, 1, 2), V(1, 3, -2, -4, 5, 6, 0, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 2));
    nnt_expect(&t->out[0], V(2, -3, 5.5, 0));
    nnt_set(&t->dout[0], V(1, 2, 3, 4));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.5, 0.5, 1, 1, 1.5, 1.5, 2, 2));
    nnt_close(t);
}
END_TEST

START_TEST(takes_the_largest_of_each_channel)
{
    struct nnt *t = nnt_open("layer", "global_maxpool", NULL);

    nnt_in(t, NNP_F32, S(2, 2, 1, 3), V(1, 3, 2, -2, -4, -2, 5, 6, 7, 0, 0, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 2));
    nnt_expect(&t->out[0], V(3, -2, 7, 0));
    nnt_set(&t->dout[0], V(1, 2, 3, 4));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 1, 0, 2, 0, 0, 0, 0, 3, 4, 0, 0));
    nnt_close(t);
}
END_TEST

static const char *const both[] = { "global_avgpool", "global_maxpool" };

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", both[_i], NULL);

    nnt_in(t, NNP_F32, S(2, 3, 3, 5), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 1);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_is_no_image)
{
    struct nnt *t = nnt_open("layer", both[_i], NULL);

    nnt_in(t, NNP_F32, S(2, 16), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "takes images: rows of 3 axes (channels, height, width)");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("global_pool");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, takes_the_mean_of_each_channel);
    tcase_add_test(t, takes_the_largest_of_each_channel);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(both));
    tcase_add_loop_test(t, refuses_what_is_no_image, 0, COUNT(both));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
