/* SPDX-License-Identifier: MIT */
/* <nnpipe/lbfgs.h>: it finds the least value, also where values no longer tell the way.
 */
#include <config.h>
#include "support/nnt.h"

#include <float.h>

#include <nnpipe/lbfgs.h>

enum { N = 6 };

static const double middle[N] = { 1, -2, 3, -4, 0.25, 0 };

/* high + the sum of (i + 1)^2 cosh(x - middle) + l1 |x|, as long sums are: some roundings
 * higher, the more or the fewer by chance. */
static double value_at(const double *x, double high, double l1, double *g, int64_t nth)
{
    double sum = high;

    for (int i = 0; i < N; i++) {
        double by = (i + 1) * (i + 1);
        sum += by * cosh(x[i] - middle[i]) + l1 * fabs(x[i]);
        g[i] = by * sinh(x[i] - middle[i]);
    }
    return sum * (1 + (double)((uint32_t)nth * 2654435761u >> 28) * DBL_EPSILON);
}

static int64_t evaluations(double high, double l1, double x[N], double *left)
{
    static double g[N], vectors[NNP_LBFGS_VECTORS * N], numbers[NNP_LBFGS_NUMBERS];
    static double work[2 * N];
    nnp_lbfgs     l = { N, x, g, vectors, numbers, work, l1, 0, 1e-9, 500 };
    int64_t       n = 1;

    memset(vectors, 0, sizeof vectors);
    memset(numbers, 0, sizeof numbers);
    while (nnp_lbfgs_step(&l, value_at(x, high, l1, g, n), n - 1))
        n++;
    *left = numbers[NNP_LBFGS_LEFT];
    return n;
}

START_TEST(finds_the_least_value)
{
    static const double high[] = { 0, 1, 1e6, 1e9 };
    double              x[N] = { 0 }, left;

    ck_assert_int_le(evaluations(high[_i], 0, x, &left), 60);
    ck_assert_double_le(left, 1e-9);
    for (int i = 0; i < N; i++)
        ck_assert_double_eq_tol(x[i], middle[i], 1e-9);
}
END_TEST

/* by sinh(x - middle) = -l1 sign(x) where that keeps x's sign, else 0. */
START_TEST(finds_it_beside_absolute_values)
{
    static const double high[] = { 0, 1e6 };
    double              x[N] = { 0 }, left;

    ck_assert_int_le(evaluations(high[_i], 2, x, &left), 100);
    ck_assert_double_le(left, 1e-9);
    ck_assert(x[0] == 0 && x[5] == 0);
    ck_assert_double_eq_tol(x[1], -2 + asinh(2.0 / 4), 1e-9);
    ck_assert_double_eq_tol(x[2], 3 - asinh(2.0 / 9), 1e-9);
    ck_assert_double_eq_tol(x[3], -4 + asinh(2.0 / 16), 1e-9);
    ck_assert_double_eq_tol(x[4], 0.25 - asinh(2.0 / 25), 1e-9);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lbfgs");
    TCase *t = tcase_create("header");

    tcase_add_loop_test(t, finds_the_least_value, 0, 4);
    tcase_add_loop_test(t, finds_it_beside_absolute_values, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
