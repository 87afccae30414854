/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

struct moments {
    double mean, std, low, high;
};

static struct moments moments_of(const nnp_tensor *t)
{
    struct moments m = { 0, 0, INFINITY, -INFINITY };
    size_t         n = nnp_count(t);

    for (size_t i = 0; i < n; i++) {
        double v = nnt_get(t, i);

        m.mean += v / (double)n;
        m.std += v * v / (double)n;
        m.low = fmin(m.low, v);
        m.high = fmax(m.high, v);
    }
    m.std = sqrt(m.std - m.mean * m.mean);
    return m;
}

/* The mean of n draws is off by std / sqrt(n), their deviation by std / sqrt(2 n). */
START_TEST(fills_the_interval_evenly)
{
    struct nnt    *t = nnt_open("initializer", "uniform", "{low: -1, high: 3}");
    struct moments m;

    nnt_out(t, S(200, 500));
    nnt_forward(t);
    m = moments_of(&t->out[0]);
    ck_assert_double_eq_tol(m.mean, 1, 0.015);
    ck_assert_double_eq_tol(m.std, 4 / sqrt(12), 0.01);
    ck_assert_double_ge(m.low, -1);
    ck_assert_double_lt(m.low, -0.99);
    ck_assert_double_le(m.high, 3);
    ck_assert_double_gt(m.high, 2.99);
    nnt_close(t);
}
END_TEST

/* Draws go by position: the first elements of a larger tensor are those of a smaller one.
 */
START_TEST(draws_by_position)
{
    struct nnt *a = nnt_open_seed("initializer", "uniform", NULL, 5);
    struct nnt *b = nnt_open_seed("initializer", "uniform", NULL, 5);
    struct nnt *c = nnt_open_seed("initializer", "uniform", NULL, 6);

    nnt_out(a, S(40000));
    nnt_out(b, S(1000));
    nnt_out(c, S(1000));
    nnt_forward(a);
    nnt_forward(b);
    nnt_forward(c);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_double_eq(nnt_get(&a->out[0], i), nnt_get(&b->out[0], i));
    ck_assert_double_ne(nnt_get(&a->out[0], 0), nnt_get(&c->out[0], 0));
    nnt_close(a);
    nnt_close(b);
    nnt_close(c);
}
END_TEST

START_TEST(refuses_bounds_the_wrong_way_round)
{
    struct nnt *t = nnt_open("initializer", "uniform", "{low: 1, high: 0}");

    nnt_out(t, S(2));
    ck_assert_str_eq(
        nnt_forward_refusal(t),
        "low 1 is above high 0; both are wanted, uniform: {low: -1, high: 1}");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("initializer", "uniform", "{low: a}"),
                     "test.yaml:1:7: low: 'a' is not a number");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("uniform");
    TCase *t = tcase_create("initializer");

    tcase_add_test(t, fills_the_interval_evenly);
    tcase_add_test(t, draws_by_position);
    tcase_add_test(t, refuses_bounds_the_wrong_way_round);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
