/* SPDX-License-Identifier: MIT */
/* <nnpipe/eigen.h>: what it gives are eigenvectors, orthogonal, in order. */
#include <config.h>
#include "support/nnt.h"

#include <stdlib.h>

#include <nnpipe/eigen.h>

struct problem {
    size_t  n;
    double *a, *copy, *values, *vectors, *work;
};

/* Symmetric, entries in [-1,1); every `gap`-th row and column is zeros. */
static struct problem make(size_t n, size_t gap)
{
    struct problem p = { n,
                         calloc(n * n, sizeof(double)),
                         calloc(n * n, sizeof(double)),
                         calloc(n, sizeof(double)),
                         calloc(n * n, sizeof(double)),
                         calloc(3 * n, sizeof(double)) };
    unsigned       draw = 7;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k <= i; k++) {
            draw = draw * 1664525u + 1013904223u;
            double v = (double)(draw >> 8) / (1 << 23) - 1;
            p.a[i * n + k] = gap && (i % gap == 0 || k % gap == 0) ? 0 : v;
            p.copy[i * n + k] = p.copy[k * n + i] = p.a[i * n + k];
        }
    return p;
}

static void done(struct problem *p)
{
    free(p->a);
    free(p->copy);
    free(p->values);
    free(p->vectors);
    free(p->work);
}

static double dot(const double *x, const double *y, size_t n)
{
    double s = 0;

    for (size_t i = 0; i < n; i++)
        s += x[i] * y[i];
    return s;
}

static void check(const struct problem *p)
{
    for (size_t r = 0; r < p->n; r++) {
        const double *v = p->vectors + r * p->n;
        for (size_t i = 0; i < p->n; i++)
            ck_assert_double_eq_tol(dot(p->copy + i * p->n, v, p->n), p->values[r] * v[i],
                                    1e-12 * (double)(p->n + 1));
        for (size_t q = 0; q <= r; q++)
            ck_assert_double_eq_tol(dot(p->vectors + q * p->n, v, p->n), q == r, 1e-12);
        if (r)
            ck_assert_double_ge(p->values[r - 1], p->values[r]);
    }
}

START_TEST(solves_any_size)
{
    static const size_t sizes[] = { 1, 2, 3, 4, 7, 8, 9, 33, 100 };

    for (size_t gap = 0; gap < 4; gap += 3) {
        struct problem p = make(sizes[_i], gap);
        ck_assert_int_eq(nnp_eigen(p.a, p.n, p.values, p.vectors, p.work), 0);
        check(&p);
        done(&p);
    }
}
END_TEST

START_TEST(solves_equal_values)
{
    struct problem p = make(6, 1); /* zeros */

    for (size_t i = 0; i < 6; i++)
        p.a[i * 7] = p.copy[i * 7] = i < 3 ? 2 : 5;
    ck_assert_int_eq(nnp_eigen(p.a, p.n, p.values, p.vectors, p.work), 0);
    check(&p);
    ck_assert_double_eq(p.values[2], 5);
    ck_assert_double_eq(p.values[3], 2);
    done(&p);
}
END_TEST

START_TEST(knows_the_path_of_four)
{
    struct problem p = make(4, 1); /* zeros; then neighbours: 2 cos(k pi / 5) */

    for (size_t i = 1; i < 4; i++)
        p.a[i * 4 + i - 1] = 1;
    ck_assert_int_eq(nnp_eigen(p.a, p.n, p.values, p.vectors, p.work), 0);
    for (int k = 0; k < 4; k++)
        ck_assert_double_eq_tol(p.values[k], 2 * cos((k + 1) * acos(-1) / 5), 1e-14);
    done(&p);
}
END_TEST

START_TEST(refuses_what_is_not_finite)
{
    struct problem p = make(5, 0);

    p.a[3 * 5 + 1] = _i ? (double)NAN : (double)INFINITY;
    ck_assert_int_eq(nnp_eigen(p.a, p.n, p.values, p.vectors, p.work), -1);
    done(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("eigen");
    TCase *t = tcase_create("header");

    tcase_add_loop_test(t, solves_any_size, 0, 9);
    tcase_add_test(t, solves_equal_values);
    tcase_add_test(t, knows_the_path_of_four);
    tcase_add_loop_test(t, refuses_what_is_not_finite, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
