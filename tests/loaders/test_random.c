/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(has_shape_and_classes)
{
    struct nnt *t = nnt_open("loader", "random", "{shape: [1, 3, 2], classes: 4, n: 50}");

    nnt_in(t, NNP_I64, S(2), V(49, 0));
    nnt_forward(t);
    nnt_expect_shape(nnt_tensor(t, NNP_OUT, "x"), NNP_F32, S(2, 1, 3, 2));
    nnt_expect_shape(nnt_tensor(t, NNP_OUT, "y"), NNP_I64, S(2));
    nnt_expect_number((double)nnt_rows(t)->count, 50, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 4, 0);
    nnt_close(t);
}
END_TEST

START_TEST(is_uniform)
{
    struct nnt *t = nnt_open("loader", "random", "{shape: 10000, classes: 4, n: 1000}");
    double      sum = 0, squares = 0;

    nnt_in(t, NNP_I64, S(1), V(999));
    nnt_forward(t);
    for (size_t i = 0; i < 10000; i++) {
        double v = nnt_get(&t->out[0], i);

        ck_assert(v >= 0 && v < 1);
        sum += v;
        squares += v * v;
    }
    nnt_expect_number(sum / 10000, 0.5, 0.01);
    nnt_expect_number(squares / 10000, 1.0 / 3, 0.01);
    nnt_close(t);
}
END_TEST

START_TEST(labels_take_every_class)
{
    struct nnt *t = nnt_open("loader", "random", "{shape: 1, classes: 4, n: 1000}");
    double      rows[400];
    int         seen[4] = { 0 };

    for (int i = 0; i < 400; i++)
        rows[i] = i;
    nnt_in(t, NNP_I64, S(400), (struct nnt_values){ 400, rows });
    nnt_forward(t);
    for (size_t i = 0; i < 400; i++)
        seen[(int)nnt_get(&t->out[1], i)]++;
    for (int k = 0; k < 4; k++)
        ck_assert_int_gt(seen[k], 60);
    nnt_close(t);
}
END_TEST

START_TEST(a_row_is_the_same_whenever_it_is_asked_for)
{
    struct nnt *t = nnt_open("loader", "random", "{shape: 2, n: 10}");
    double      first;

    nnt_in(t, NNP_I64, S(2), V(3, 4));
    nnt_forward(t);
    first = nnt_get(&t->out[0], 2);
    ck_assert_double_ne(first, nnt_get(&t->out[0], 0));
    t->ctx->step = 5;
    nnt_reshape(t, 0, S(1), V(4));
    nnt_forward(t);
    ck_assert_double_eq(nnt_get(&t->out[0], 0), first);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_too_many_axes)
{
    struct nnt *t = nnt_open("loader", "random", "{shape: [1, 1, 1, 1, 1, 1, 1]}");

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t), "shape: 1 to 6 numbers are needed");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_row_that_is_not_there)
{
    struct nnt *t = nnt_open("loader", "random", "{shape: 1, n: 10}");

    nnt_in(t, NNP_I64, S(1), V(10));
    ck_assert_str_eq(nnt_forward_refusal(t), "there is no such row");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("random");
    TCase *t = tcase_create("loader");

    tcase_add_test(t, has_shape_and_classes);
    tcase_add_test(t, is_uniform);
    tcase_add_test(t, labels_take_every_class);
    tcase_add_test(t, a_row_is_the_same_whenever_it_is_asked_for);
    tcase_add_test(t, refuses_too_many_axes);
    tcase_add_test(t, refuses_a_row_that_is_not_there);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
