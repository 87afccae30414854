/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

enum { N = 10000 };

static struct nnt *run(const char *yaml, double x)
{
    struct nnt *t = nnt_open("transform", "noise.gauss", yaml);

    nnt_in(t, NNP_F32, S(100, 100), V0);
    nnt_setup(t);
    nnt_fill(&t->in[0], x);
    nnt_infer(t); /* acts outside training too */
    return t;
}

START_TEST(adds_noise_of_the_given_deviation)
{
    struct nnt *t = run("{std: 0.5}", 2);
    double      sum = 0, squares = 0;

    for (size_t i = 0; i < N; i++) {
        double e = nnt_get(&t->out[0], i) - 2;

        sum += e;
        squares += e * e;
    }
    nnt_expect_number(sum / N, 0, 0.02); /* 4 standard errors */
    nnt_expect_number(sqrt(squares / N), 0.5, 0.0145);
    nnt_close(t);
}
END_TEST

START_TEST(is_fresh_for_every_step_and_the_same_again)
{
    struct nnt *t = run("0.5", 0);
    double      first = nnt_get(&t->out[0], 7);

    nnt_infer(t);
    ck_assert_double_eq(nnt_get(&t->out[0], 7), first);
    t->ctx->step = 1;
    nnt_infer(t);
    ck_assert_double_ne(nnt_get(&t->out[0], 7), first);
    nnt_close(t);
}
END_TEST

START_TEST(std_0_changes_nothing)
{
    struct nnt *t = run("{std: 0}", 0.75);

    for (size_t i = 0; i < N; i++)
        ck_assert_double_eq(nnt_get(&t->out[0], i), 0.75);
    nnt_close(t);
}
END_TEST

START_TEST(clips)
{
    struct nnt *t = run("{std: 5, clip: [0, 1]}", 0.5);
    int         at_0 = 0, at_1 = 0;

    for (size_t i = 0; i < N; i++) {
        double v = nnt_get(&t->out[0], i);

        ck_assert(v >= 0 && v <= 1);
        at_0 += v == 0;
        at_1 += v == 1;
    }
    ck_assert_int_gt(at_0, 4300);
    ck_assert_int_gt(at_1, 4300);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", "noise.gauss",
                             _i ? "{std: 1, clip: [-0.5, 0.5]}" : "{std: 1}");

    nnt_in(t, NNP_F32, S(8, 5), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_is_no_range)
{
    struct nnt *t = nnt_open("transform", "noise.gauss", "{clip: [1, 0]}");

    nnt_in(t, NNP_F32, S(1, 1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "clip: two numbers are needed, the smaller first");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("noise.gauss");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, adds_noise_of_the_given_deviation);
    tcase_add_test(t, is_fresh_for_every_step_and_the_same_again);
    tcase_add_test(t, std_0_changes_nothing);
    tcase_add_test(t, clips);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2);
    tcase_add_test(t, refuses_what_is_no_range);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
