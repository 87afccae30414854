/* SPDX-License-Identifier: MIT */
/*
 * Eigenvalues and eigenvectors of a symmetric matrix, in f64, for plugins (pca,
 * whitening):
 *
 *   double *a = ..., *vectors = ...;        n x n, row-major; n numbers each:
 *   if (nnp_eigen(a, n, values, vectors, work))   work: 3 n
 *       return nnp_fail(c, NNP_EMATH, "the covariance is not finite");
 *
 * Reflections bring the matrix to tridiagonal form, implicit QL steps to a diagonal one
 * (Householder 1958; Francis 1961; Martin and Wilkinson 1968, "The implicit QL
 * algorithm"). All inner loops run along rows, the eigenvectors come out as rows: 784 x
 * 784 takes two thirds of a second. One thread, so the bits do not depend on their
 * number.
 */
#ifndef NNPIPE_EIGEN_H
#define NNPIPE_EIGEN_H
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include <nnpipe/math.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Eight sums side by side: the compiler may not reorder a single one. */
NNP_HOT static inline double nnp_dot(const double *x, const double *y, size_t n)
{
    double s[8] = { 0 };
    size_t i = 0;

    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            s[k] += x[i + k] * y[i + k];
    for (; i < n; i++)
        s[0] += x[i] * y[i];
    return (s[0] + s[1]) + (s[2] + s[3]) + ((s[4] + s[5]) + (s[6] + s[7]));
}

/* y += a x */
NNP_HOT static inline void nnp_axpy(double a, const double *x, double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

/* Row i and j of a rotation's plane. */
NNP_HOT static inline void nnp_turn(double c, double s, double *x, double *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double u = x[i], v = y[i];
        x[i] = c * u - s * v;
        y[i] = s * u + c * v;
    }
}

/* The rest of the matrix below row j: A -= v w' + w v', lower triangle. */
static inline void nnp_reflect(double *a, size_t n, size_t j, const double *v, double *w)
{
    double beta = 0;

    memset(w, 0, n * sizeof *w);
    for (size_t i = j + 1; i < n; i++) { /* w = A v, of a lower triangle */
        const double *row = a + i * n;
        w[i] += nnp_dot(row + j + 1, v + j + 1, i - j);
        nnp_axpy(v[i], row + j + 1, w + j + 1, i - j - 1);
    }
    for (size_t i = j + 1; i < n; i++)
        beta += w[i] * v[i];
    nnp_axpy(-beta / 2, v, w, n);
    for (size_t i = j + 1; i < n; i++) {
        double *row = a + i * n;
        nnp_axpy(-v[i], w + j + 1, row + j + 1, i - j);
        nnp_axpy(-w[i], v + j + 1, row + j + 1, i - j);
    }
}

/* d: diagonal, e: below it. The reflections, scaled to I - v v', stay in the upper
 * triangle of a, row by row. work: 2 n. */
static inline void nnp_tridiagonal(double *a, size_t n, double *d, double *e,
                                   double *work)
{
    double *v = work, *w = work + n;

    for (size_t j = 0; j < n; j++) {
        double norm = 0, scale = 0;

        d[j] = a[j * n + j];
        e[j] = 0;
        if (j + 1 == n)
            break;
        memset(v, 0, n * sizeof *v);
        for (size_t i = j + 1; i < n; i++)
            scale = fmax(scale, fabs(v[i] = a[i * n + j]));
        for (size_t i = j + 1; i < n && scale > 0; i++)
            norm += (v[i] / scale) * (v[i] / scale);
        norm = scale * sqrt(norm);
        if (norm > 0) {
            double first = v[j + 1], pivot = first + copysign(norm, first);
            double factor = 1 / sqrt(norm * fabs(pivot));

            e[j] = -copysign(norm, first);
            v[j + 1] = pivot;
            for (size_t i = j + 1; i < n; i++)
                v[i] *= factor;
            nnp_reflect(a, n, j, v, w);
        }
        memcpy(a + j * n + j + 1, v + j + 1, (n - j - 1) * sizeof *v);
    }
}

/* One implicit QL step on rows l..m, with the shift of Wilkinson. */
static inline void nnp_ql_step(double *d, double *e, size_t l, size_t m, double *z,
                               size_t n)
{
    double g = (d[l + 1] - d[l]) / (2 * e[l]), s = 1, c = 1, p = 0;

    g = d[m] - d[l] + e[l] / (g + copysign(hypot(g, 1), g));
    for (size_t i = m; i-- > l;) {
        double f = s * e[i], b = c * e[i], r = hypot(f, g);

        e[i + 1] = r;
        if (r <= 0) { /* the matrix falls apart here */
            d[i + 1] -= p;
            e[m] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        nnp_turn(c, s, z + i * n, z + (i + 1) * n, n);
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
}

/* e[i] couples rows i and i + 1. -1: no end, as with NaN. */
static inline int nnp_ql(double *d, double *e, double *z, size_t n)
{
    double largest = 0;

    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(d[i]) + fabs(e[i]));
    for (size_t l = 0; l < n; l++)
        for (int turn = 0;; turn++) {
            size_t m = l;

            while (m + 1 < n && fabs(e[m]) > DBL_EPSILON * largest)
                m++;
            if (m == l)
                break;
            if (turn == 60)
                return -1;
            nnp_ql_step(d, e, l, m, z, n);
        }
    return 0;
}

/* Vectors of the tridiagonal matrix become those of the one it came from. */
static inline void nnp_undo(const double *a, double *z, size_t n)
{
    for (size_t r = 0; r < n; r++)
        for (size_t j = n - 1; j-- > 0;) {
            const double *v = a + j * n + j + 1;
            double       *x = z + r * n + j + 1;
            nnp_axpy(-nnp_dot(v, x, n - j - 1), v, x, n - j - 1);
        }
}

/* Largest first; of every vector the component of largest magnitude is positive. */
static inline void nnp_settle(double *values, double *z, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t best = i, peak = 0;
        double t;

        for (size_t k = i + 1; k < n; k++)
            best = values[k] > values[best] ? k : best;
        t = values[i];
        values[i] = values[best];
        values[best] = t;
        for (size_t k = 0; best != i && k < n; k++) {
            t = z[i * n + k];
            z[i * n + k] = z[best * n + k];
            z[best * n + k] = t;
        }
        for (size_t k = 1; k < n; k++)
            peak = fabs(z[i * n + k]) > fabs(z[i * n + peak]) ? k : peak;
        t = z[i * n + peak] < 0 ? -1 : 1;
        for (size_t k = 0; k < n; k++)
            z[i * n + k] *= t;
    }
}

/* a: symmetric, n x n, only its lower triangle is read, all of it is overwritten. values:
 * n, largest first; vectors: n x n, one a row; work: 3 n. -1: a is not finite. */
static inline int nnp_eigen(double *a, size_t n, double *values, double *vectors,
                            double *work)
{
    double *e = work + 2 * n;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k <= i; k++)
            if (!isfinite(a[i * n + k]))
                return -1;
    memset(vectors, 0, n * n * sizeof *vectors);
    for (size_t i = 0; i < n; i++)
        vectors[i * n + i] = 1;
    nnp_tridiagonal(a, n, values, e, work);
    if (nnp_ql(values, e, vectors, n))
        return -1;
    nnp_undo(a, vectors, n);
    nnp_settle(values, vectors, n);
    return 0;
}

#ifdef __cplusplus
}
#endif
#endif
