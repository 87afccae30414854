/* SPDX-License-Identifier: MIT */
/*
 * Values of a kernel for blocks of rows, by products of matrices, for plugins (svm):
 *
 *   nnp_kernel_rows r = {...};
 *   rc = nnp_kernel_fill(c, &k, &r);
 *
 * A product in f32 that leaves the range of floats is computed again in f64. Header only.
 */
#ifndef NNPIPE_KERNEL_H
#define NNPIPE_KERNEL_H
#include <math.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

enum { NNP_KERNEL_LINEAR, NNP_KERNEL_RBF, NNP_KERNEL_POLY };

typedef struct nnp_svm_kernel {
    int32_t kind, degree;
    double  gamma, coef0;
} nnp_svm_kernel;

static inline double nnp_kernel_dot(const float *a, const float *b, int64_t d)
{
    double s = 0;

    for (int64_t i = 0; i < d; i++)
        s += (double)a[i] * (double)b[i];
    return s;
}

/* Of a product, and the squares of both rows. */
static inline double nnp_kernel_value(const nnp_svm_kernel *k, double dot, double aa,
                                      double bb)
{
    double v = 1;

    if (k->kind == NNP_KERNEL_LINEAR)
        return dot;
    if (k->kind == NNP_KERNEL_RBF)
        return exp(-k->gamma * fmax(aa + bb - 2 * dot, 0));
    for (int32_t i = 0; i < k->degree; i++)
        v *= k->gamma * dot + k->coef0;
    return v;
}

typedef struct nnp_kernel_rows { /* n and m rows of d numbers, and their squares */
    const float  *a, *b;
    const double *aa, *bb;
    int64_t       n, m, d, ld;
    float        *to; /* to[i * ld + j] = k(a_i, b_j) */
} nnp_kernel_rows;

typedef struct nnp_kernel_job {
    const nnp_svm_kernel      *k;
    const nnp_kernel_rows *r;
} nnp_kernel_job;

/* Squares, products and exponents of rbf, in runs that vectors take; an exponent as a float
 * moves the value by 2 ulp at most where it counts, and the value is kept as a float. */
NNP_HOT static void nnp_kernel_rbf(const nnp_svm_kernel *k, const nnp_kernel_rows *r,
                                   int64_t i, int64_t begin, int64_t end)
{
    const double *bb = r->bb, aa = r->aa[i], gamma = k->gamma;
    float        *v = r->to + i * r->ld;

    NNP_LANES
    for (int64_t q = begin; q < end; q++) {
        double far = aa + bb[q] - 2 * (double)v[q];
        v[q] = nnp_expf((float)(far > 0 ? -gamma * far : 0));
    }
}

static inline void nnp_kernel_map(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_kernel_job  *j = (const nnp_kernel_job *)arg;
    const nnp_kernel_rows *r = j->r;

    (void)worker;
    for (int64_t i = 0; i < r->n; i++) {
        float *v = r->to + i * r->ld;
        int    far = 0;
        for (int64_t q = (int64_t)begin; q < (int64_t)end; q++)
            far |= !(fabsf(v[q]) < 1e30f);
        if (j->k->kind == NNP_KERNEL_RBF && !far) {
            nnp_kernel_rbf(j->k, r, i, (int64_t)begin, (int64_t)end);
            continue;
        }
        for (int64_t q = (int64_t)begin; q < (int64_t)end; q++) {
            double dot = (double)v[q];
            if (!(fabs(dot) < 1e30))
                dot = nnp_kernel_dot(r->a + i * r->d, r->b + q * r->d, r->d);
            v[q] = (float)nnp_kernel_value(j->k, dot, r->aa[i], r->bb[q]);
        }
    }
}

static inline int nnp_kernel_fill(nnp_ctx *c, const nnp_svm_kernel *k,
                                  const nnp_kernel_rows *r)
{
    nnp_kernel_job j = { k, r };
    int            rc = c->host->gemm(c, 0, 1, r->n, r->m, r->d, 1, r->a, r->d, r->b, r->d,
                                      0, r->to, r->ld);

    return rc ? rc : c->host->parallel(c, (size_t)r->m, 64, nnp_kernel_map, &j);
}
#endif
