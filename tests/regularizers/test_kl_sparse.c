/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

static struct nnt *open(const char *yaml)
{
    struct nnt *t = nnt_open("regularizer", "kl_sparse", yaml);

    nnt_weight(t, S(2, 2), V(0.25, 0.02, 0.75, 0.08));
    t->ctx->flags |= NNP_ON_STREAM;
    nnt_setup(t);
    return t;
}

/* Means over the rows: 0.5 and 0.05; the second is where it should be. */
START_TEST(measures_the_mean_of_every_unit)
{
    struct nnt *t = open(NULL);

    nnt_forward(t);
    nnt_expect_number(t->ctx->result, 0.4946319, 1e-6);
    t->ctx->factor = 2;
    nnt_set(&t->dweight[0], V(1, 1, 1, 1));
    nnt_backward(t);
    nnt_expect(&t->dweight[0], V(2.8, 1, 2.8, 1));
    nnt_close(t);
}
END_TEST

START_TEST(costs_nothing_where_the_mean_is_rho)
{
    struct nnt *t = open("0.5");

    nnt_set(&t->weight[0], V(0.25, 0.5, 0.75, 0.5));
    nnt_forward(t);
    nnt_expect_number(t->ctx->result, 0, 1e-9);
    nnt_close(t);
}
END_TEST

START_TEST(stays_finite_at_the_ends)
{
    struct nnt *t = open(NULL);

    nnt_set(&t->weight[0], V(0, 1, 0, 1));
    nnt_forward(t);
    nnt_expect_number(t->ctx->result,
                      0.05 * log(0.05 / 1e-6) + 0.95 * log(0.95 / (1 - 1e-6)) +
                          0.05 * log(0.05 / (1 - 1e-6)) + 0.95 * log(0.95 / 1e-6),
                      1e-6);
    nnt_backward(t);
    for (size_t i = 0; i < 4; i++)
        ck_assert(isfinite(nnt_get(&t->dweight[0], i)));
    ck_assert_double_lt(nnt_get(&t->dweight[0], 0), -1e4); /* up from 0 */
    ck_assert_double_gt(nnt_get(&t->dweight[0], 1), 1e4);  /* down from 1 */
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("regularizer", "kl_sparse", "{rho: 0.2}");

    nnt_weight(t, S(6, 5), V0);
    t->ctx->flags |= NNP_ON_STREAM;
    nnt_setup(t);
    nnt_random(&t->weight[0], 0.05, 0.95, (uint64_t)_i + 1);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_weight)
{
    struct nnt *t = nnt_open("regularizer", "kl_sparse", NULL);

    nnt_weight(t, S(2, 2), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "a stream of activities is needed, not a weight");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("regularizer", "kl_sparse", "{rho: 0}"),
                     "test.yaml:1:7: rho: 0 is outside (0,1)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kl_sparse");
    TCase *t = tcase_create("regularizer");

    tcase_add_test(t, measures_the_mean_of_every_unit);
    tcase_add_test(t, costs_nothing_where_the_mean_is_rho);
    tcase_add_test(t, stays_finite_at_the_ends);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 3);
    tcase_add_test(t, refuses_a_weight);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
