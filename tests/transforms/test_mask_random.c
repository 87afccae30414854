/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

enum { N = 10000 };

/* How many elements of 3 became 0; the others must be as they were. */
static int hidden(struct nnt *t)
{
    int n = 0;

    for (size_t i = 0; i < N; i++) {
        double v = nnt_get(&t->out[0], i);

        n += v == 0;
        ck_assert(v == 0 || v == 3);
    }
    return n;
}

static struct nnt *run(const char *yaml)
{
    struct nnt *t = nnt_open("transform", "mask.random", yaml);

    nnt_in(t, NNP_U8, S(100, 100), V0);
    nnt_setup(t);
    nnt_fill(&t->in[0], 3);
    nnt_infer(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(100, 100));
    return t;
}

START_TEST(hides_a_quarter)
{
    struct nnt *t = run(NULL);
    int         n = hidden(t);

    ck_assert_int_ge(n, 2500 - 173); /* 4 standard errors */
    ck_assert_int_le(n, 2500 + 173);
    t->ctx->step = 1;
    nnt_infer(t);
    ck_assert_int_ne(hidden(t), n); /* another mask */
    nnt_close(t);
}
END_TEST

START_TEST(hides_nothing_or_everything)
{
    struct nnt *t = run(_i ? "1" : "0");

    ck_assert_int_eq(hidden(t), _i ? N : 0);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", "mask.random", "{p: 0.5}");

    nnt_in(t, NNP_F32, S(30, 20), V0); /* more than are drawn at a time */
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_is_no_probability)
{
    ck_assert_str_eq(nnt_refusal("transform", "mask.random", "{p: 1.5}"),
                     "test.yaml:1:5: p: 1.5 is outside [0,1]");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mask.random");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, hides_a_quarter);
    tcase_add_loop_test(t, hides_nothing_or_everything, 0, 2);
    tcase_add_test(t, gradient_agrees_with_differences);
    tcase_add_test(t, refuses_what_is_no_probability);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
