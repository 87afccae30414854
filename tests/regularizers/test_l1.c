/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static struct nnt *open(uint32_t flags)
{
    struct nnt *t = nnt_open("regularizer", "l1", NULL);

    nnt_weight(t, S(2, 2), V(0.5, -2, 0, 1));
    t->ctx->flags |= flags;
    nnt_setup(t);
    return t;
}

START_TEST(sums_over_a_weight)
{
    struct nnt *t = open(0);

    nnt_forward(t);
    nnt_expect_number(t->ctx->result, 3.5, 1e-6);
    t->ctx->factor = 0.1; /* its weight in the objective; it adds to what is there */
    nnt_set(&t->dweight[0], V(1, 1, 1, 1));
    nnt_backward(t);
    nnt_expect(&t->dweight[0], V(1.1, 0.9, 1, 1.1));
    nnt_close(t);
}
END_TEST

START_TEST(averages_over_a_stream)
{
    struct nnt *t = open(NNP_ON_STREAM);

    nnt_forward(t);
    nnt_expect_number(t->ctx->result, 0.875, 1e-6);
    t->ctx->factor = 0.1;
    nnt_set(&t->dweight[0], V(1, 1, 1, 1));
    nnt_backward(t);
    nnt_expect(&t->dweight[0], V(1.025, 0.975, 1, 1.025));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("regularizer", "l1", NULL);

    nnt_weight(t, S(7, 5), V0);
    t->ctx->flags |= _i % 2 ? NNP_ON_STREAM : 0;
    nnt_setup(t);
    nnt_random(&t->weight[0], -2, 2, (uint64_t)_i + 1);
    t->ctx->factor = 0.25;
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("regularizer", "l1", "{l: 1}"),
                     "test.yaml:1:2: l1: takes no parameters; 'l' is none");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("l1");
    TCase *t = tcase_create("regularizer");

    tcase_add_test(t, sums_over_a_weight);
    tcase_add_test(t, averages_over_a_stream);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 4);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
