/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(puts_a_one_at_the_class)
{
    struct nnt *t = nnt_open("transform", "one_hot", "3");

    nnt_in(t, NNP_I64, S(3), V(2, 0, 1));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(3, 3));
    nnt_expect(&t->out[0], V(0, 0, 1, 1, 0, 0, 0, 1, 0));
    nnt_close(t);
}
END_TEST

START_TEST(a_single_column_is_no_axis)
{
    struct nnt *t = nnt_open("transform", "one_hot", "2");

    nnt_in(t, NNP_F32, S(2, 1), V(1, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 2));
    nnt_expect(&t->out[0], V(0, 1, 1, 0));
    nnt_close(t);
}
END_TEST

START_TEST(tokens_keep_their_axis)
{
    struct nnt *t = nnt_open("transform", "one_hot", "2");

    nnt_in(t, NNP_U8, S(1, 3), V(1, 0, 1));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 3, 2));
    nnt_expect(&t->out[0], V(0, 1, 1, 0, 0, 1));
    nnt_close(t);
}
END_TEST

static const struct {
    double      k;
    const char *message;
} refused[] = {
    { 3, "row 1 of the batch: 3 is no class number in 0..2" },
    { -1, "row 1 of the batch: -1 is no class number in 0..2" },
    { 0.5, "row 1 of the batch: 0.5 is no class number in 0..2" },
};

START_TEST(refuses_what_is_no_class)
{
    struct nnt *t = nnt_open("transform", "one_hot", "3");

    nnt_in(t, NNP_F32, S(2), V(0, refused[_i].k));
    ck_assert_str_eq(nnt_forward_refusal(t), refused[_i].message);
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("one_hot");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, puts_a_one_at_the_class);
    tcase_add_test(t, a_single_column_is_no_axis);
    tcase_add_test(t, tokens_keep_their_axis);
    tcase_add_loop_test(t, refuses_what_is_no_class, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
