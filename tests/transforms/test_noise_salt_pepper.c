/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

enum { N = 10000 };

/* How many elements of 0.25 became the two values; the others must be as they were. */
static void count(const char *yaml, double pepper, double salt, int seen[2])
{
    struct nnt *t = nnt_open("transform", "noise.salt_pepper", yaml);

    nnt_in(t, NNP_F32, S(100, 100), V0);
    nnt_setup(t);
    nnt_fill(&t->in[0], 0.25);
    nnt_infer(t);
    seen[0] = seen[1] = 0;
    for (size_t i = 0; i < N; i++) {
        double v = nnt_get(&t->out[0], i);

        seen[0] += v == pepper;
        seen[1] += v == salt;
        ck_assert(v == pepper || v == salt || v == 0.25);
    }
    nnt_close(t);
}

START_TEST(replaces_half_and_half)
{
    int seen[2];

    count("0.4", 0, 1, seen);
    ck_assert_int_ge(seen[0], 1840); /* 2000, 4 standard errors of 40 */
    ck_assert_int_le(seen[0], 2160);
    ck_assert_int_ge(seen[1], 1840);
    ck_assert_int_le(seen[1], 2160);
}
END_TEST

START_TEST(takes_other_values)
{
    int seen[2];

    count("{p: 1, values: [-1, 7]}", -1, 7, seen);
    ck_assert_int_eq(seen[0] + seen[1], N);
}
END_TEST

START_TEST(p_0_changes_nothing)
{
    int seen[2];

    count("{p: 0}", 0, 1, seen);
    ck_assert_int_eq(seen[0] + seen[1], 0);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", "noise.salt_pepper", "0.5");

    nnt_in(t, NNP_F32, S(30, 20), V0); /* more than are drawn at a time */
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_one_value)
{
    struct nnt *t = nnt_open("transform", "noise.salt_pepper", "{values: 1}");

    nnt_in(t, NNP_F32, S(1, 1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t), "values: two numbers are needed");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("noise.salt_pepper");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, replaces_half_and_half);
    tcase_add_test(t, takes_other_values);
    tcase_add_test(t, p_0_changes_nothing);
    tcase_add_test(t, gradient_agrees_with_differences);
    tcase_add_test(t, refuses_one_value);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
