/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

/* Column 1 has mean 3 and variance 2, column 2 never changes. */
static struct nnt *fitted(const char *yaml)
{
    struct nnt *t = nnt_open("transform", "standardize", yaml);

    nnt_in(t, NNP_F32, S(3, 2), V(1, 4, 2, 4, 3, 4));
    nnt_fit(t);
    nnt_reshape(t, 0, S(2, 2), V(4, 4, 5, 4));
    nnt_fit(t);
    return t;
}

START_TEST(learns_each_column)
{
    struct nnt *t = fitted(NULL);

    nnt_forward(t);
    nnt_expect(&t->out[0], V(1 / sqrt(2), 0, 2 / sqrt(2), 0));
    nnt_expect(nnt_tensor(t, NNP_STATE, "mean"), V(3, 4));
    nnt_expect(nnt_tensor(t, NNP_STATE, "squares"), V(10, 0));
    nnt_expect(nnt_tensor(t, NNP_STATE, "count"), V(5, 5));
    nnt_close(t);
}
END_TEST

START_TEST(learns_all_together)
{
    struct nnt *t = fitted("all");

    nnt_forward(t); /* mean 3.5, variance 1.25 */
    nnt_expect(&t->out[0],
               V(0.5 / sqrt(1.25), 0.5 / sqrt(1.25), 1.5 / sqrt(1.25), 0.5 / sqrt(1.25)));
    nnt_close(t);
}
END_TEST

START_TEST(loses_no_digits_to_a_large_mean)
{
    struct nnt *t = nnt_open("transform", "standardize", NULL);

    nnt_in(t, NNP_F64, S(4, 1), V(1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4));
    nnt_fit(t);
    nnt_forward(t);
    nnt_expect(&t->out[0], V(-1.5 / sqrt(1.25), -0.5 / sqrt(1.25), 0.5 / sqrt(1.25),
                             1.5 / sqrt(1.25)));
    nnt_close(t);
}
END_TEST

START_TEST(learns_each_channel)
{
    struct nnt *t = nnt_open("transform", "standardize", NULL);

    nnt_in(t, NNP_U8, S(2, 2, 1, 2), V(0, 2, 10, 20, 2, 0, 20, 10));
    nnt_fit(t);
    nnt_forward(t);
    nnt_expect(&t->out[0], V(-1, 1, -1, 1, 1, -1, 1, -1));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", "standardize", NULL);

    nnt_in(t, NNP_F32, S(3, 2), V(1, 40, 2, -40, 4, 10));
    nnt_fit(t);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("standardize");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, learns_each_column);
    tcase_add_test(t, learns_all_together);
    tcase_add_test(t, loses_no_digits_to_a_large_mean);
    tcase_add_test(t, learns_each_channel);
    tcase_add_test(t, gradient_agrees_with_differences);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
