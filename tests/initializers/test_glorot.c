/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <string.h>

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

static const struct {
    const char *name, *yaml;
    int64_t     shape[4]; /* 0 ends it */
    double      std;
} cases[] = {
    { "glorot_uniform", NULL, { 300, 200 }, 0.0632455532 },
    { "glorot_normal", NULL, { 300, 200 }, 0.0632455532 },
    { "glorot_uniform", "2", { 300, 200 }, 0.1264911064 },
    { "glorot_normal", NULL, { 60, 40, 5, 5 }, 0.0282842712 },
    { "glorot_normal", NULL, { 50000 }, 0.0044721360 },
};

START_TEST(has_the_deviation_of_its_fans)
{
    struct nnt      *t = nnt_open("initializer", cases[_i].name, cases[_i].yaml);
    struct nnt_shape shape = { 0, cases[_i].shape };
    double           std = cases[_i].std;
    struct moments   m;

    while (shape.n < 4 && shape.v[shape.n])
        shape.n++;
    nnt_out(t, shape);
    nnt_forward(t);
    m = moments_of(&t->out[0]);
    ck_assert_double_eq_tol(m.mean, 0, 0.015 * std);
    ck_assert_double_eq_tol(m.std, std, 0.015 * std);
    if (strstr(cases[_i].name, "uniform")) { /* filled up to sqrt(3) deviations */
        ck_assert_double_eq_tol(m.low, -sqrt(3) * std, 0.001 * std);
        ck_assert_double_eq_tol(m.high, sqrt(3) * std, 0.001 * std);
    } else {
        ck_assert_double_gt(m.high, 3.5 * std);
    }
    nnt_close(t);
}
END_TEST

/* What is drawn for an element depends on its position and the seed alone. */
START_TEST(draws_by_position)
{
    struct nnt *a = nnt_open_seed("initializer", "glorot_normal", NULL, 5);
    struct nnt *b = nnt_open_seed("initializer", "glorot_normal", NULL, 5);
    struct nnt *c = nnt_open_seed("initializer", "glorot_normal", NULL, 6);

    nnt_out(a, S(200, 200));
    nnt_out(b, S(20, 50)); /* other fans, and so another scale */
    nnt_out(c, S(20, 50));
    nnt_forward(a);
    nnt_forward(b);
    nnt_forward(c);
    for (size_t i = 1; i < 1000; i++)
        nnt_expect_number(nnt_get(&a->out[0], i) * nnt_get(&b->out[0], 0),
                          nnt_get(&b->out[0], i) * nnt_get(&a->out[0], 0), 1e-6);
    ck_assert_double_ne(nnt_get(&b->out[0], 0), nnt_get(&c->out[0], 0));
    nnt_close(a);
    nnt_close(b);
    nnt_close(c);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("initializer", "glorot_uniform", "{gain: 0}"),
                     "test.yaml:1:8: gain: 0 is outside (0,inf)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("glorot");
    TCase *t = tcase_create("initializer");

    tcase_add_loop_test(t, has_the_deviation_of_its_fans, 0, COUNT(cases));
    tcase_add_test(t, draws_by_position);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
