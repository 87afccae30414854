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

START_TEST(has_mean_and_deviation)
{
    struct nnt    *t = nnt_open("initializer", "normal", "{mean: 1, std: 2}");
    struct moments m;
    double         within = 0;

    nnt_out(t, S(100000));
    nnt_forward(t);
    m = moments_of(&t->out[0]);
    ck_assert_double_eq_tol(m.mean, 1, 0.025);
    ck_assert_double_eq_tol(m.std, 2, 0.02);
    for (size_t i = 0; i < 100000; i++)
        within += fabs(nnt_get(&t->out[0], i) - 1) < 2;
    ck_assert_double_eq_tol(within / 100000, 0.6827, 0.006); /* one deviation */
    nnt_close(t);
}
END_TEST

/* Draws go by position: the first elements of a larger tensor are those of a smaller one.
 */
START_TEST(draws_by_position)
{
    struct nnt *a = nnt_open_seed("initializer", "normal", NULL, 5);
    struct nnt *b = nnt_open_seed("initializer", "normal", NULL, 5);
    struct nnt *c = nnt_open_seed("initializer", "normal", NULL, 6);

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

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("initializer", "normal", "{std: -1}"),
                     "test.yaml:1:7: std: -1 is outside [0,inf)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("normal");
    TCase *t = tcase_create("initializer");

    tcase_add_test(t, has_mean_and_deviation);
    tcase_add_test(t, draws_by_position);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
