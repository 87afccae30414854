/* SPDX-License-Identifier: MIT */
/*
 * Metrics of classes: a prediction with a score for each class on its last axis, and a
 * target that is a class number per row or token, or has a number for every class
 * (one-hot).
 *
 *     rc = nnp_classes_setup(c, least, "counts", n);         in setup
 *     for (size_t i = 0, k = nnp_classes(c); i < nnp_classes_rows(c); i++)   in fit
 *         t = nnp_classes_target(c, i, k);
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_CLASSES_H
#define NNPIPE_CLASSES_H
#include <math.h>

#include <nnpipe/plugin.h>

/* The number of classes on the last axis; 1: single numbers. */
static inline size_t nnp_classes(const nnp_ctx *c)
{
    const nnp_tensor *x = &c->in[0];

    return x->ndim > 1 ? (size_t)x->shape[x->ndim - 1] : 1;
}

/* Rows, or tokens of them. */
static inline size_t nnp_classes_rows(const nnp_ctx *c)
{
    return nnp_count(&c->in[0]) / nnp_classes(c);
}

/* Whether the target holds class numbers, not a number for every class. */
static inline int nnp_classes_are_numbers(const nnp_ctx *c)
{
    return nnp_count(&c->in[1]) != nnp_count(&c->in[0]);
}

/* Which of k scores is the largest, the first of equal ones; -1 if there is a NaN. */
static inline int64_t nnp_classes_largest(const nnp_tensor *x, size_t from, size_t k)
{
    size_t best = 0;

    for (size_t j = 0; j < k; j++) {
        double v = nnp_number(x, from + j);

        if (v != v)
            return -1;
        if (v > nnp_number(x, from + best))
            best = j;
    }
    return (int64_t)best;
}

/* The class of row or token i of k classes; -1 if a NaN hides it, another negative number
 * after a failure. */
static inline int64_t nnp_classes_target(nnp_ctx *c, size_t i, size_t k)
{
    double t;

    if (!nnp_classes_are_numbers(c))
        return nnp_classes_largest(&c->in[1], i * k, k);
    t = nnp_number(&c->in[1], i);
    if (t >= 0 && t < (double)k && t == floor(t))
        return (int64_t)t;
    return nnp_fail(c, NNP_EIO,
                    "row %zu of the batch has class %g; the prediction has 0..%zu",
                    i * k / nnp_row(&c->in[0]), t, k - 1);
}

/* ---- a single column: which of two values ---- */

enum { NNP_SIDES = 4 }; /* sums: how many targets are below and above, and their values */

/* Which side of the threshold target i is on, 0 or 1; -1 for a NaN, another negative number
 * after a failure: of a single column only two values can be told apart, so all targets of
 * a side must be the same. sums begins as zeros. */
static inline int64_t nnp_classes_side(nnp_ctx *c, size_t i, double threshold,
                                       double sums[NNP_SIDES])
{
    double  t = nnp_number(&c->in[1], i), other;
    int64_t side = t > threshold;
    double *of = sums + 2 * side;

    if (t != t)
        return -1;
    other = of[0] > 0 ? of[1] / of[0] : t;
    if (fabs(t - other) > 1e-6 * (fabs(t) + fabs(other)))
        return nnp_fail(c, NNP_EIO,
                        "row %zu of the batch has target %g, others have %.6g: a single "
                        "column tells two values apart, one above %g; more classes need a "
                        "column each",
                        i / nnp_row(&c->in[1]), t, other, threshold);
    of[0]++;
    of[1] += t;
    return side;
}

/* The target and the predicted class of row or token i, of two where there is a single
 * column. -1: a NaN. Another negative target: a failure. */
static inline int64_t nnp_classes_pair(nnp_ctx *c, size_t i, double threshold,
                                       double sums[NNP_SIDES], int64_t *predicted)
{
    size_t k = nnp_classes(c);
    double x;

    if (k > 1) {
        *predicted = nnp_classes_largest(&c->in[0], i * k, k);
        return nnp_classes_target(c, i, k);
    }
    x = nnp_number(&c->in[0], i);
    *predicted = x != x ? -1 : x > threshold;
    return nnp_classes_side(c, i, threshold, sums);
}

/* ---- setup ---- */

/* Checks the two; `least` classes are needed, 1 or 2. */
static inline int nnp_classes_check(nnp_ctx *c, size_t least)
{
    size_t n = nnp_count(&c->in[0]), t = nnp_count(&c->in[1]), k = nnp_classes(c);

    if (c->in[0].ndim < 1 || c->in[1].ndim < 1 ||
        c->in[0].shape[0] != c->in[1].shape[0] || (t != n && t * k != n))
        return nnp_fail(c, NNP_EINVAL,
                        "the target must be a class number per row or token, or have "
                        "the shape of the prediction");
    if (k < least)
        return nnp_fail(c, NNP_EINVAL,
                        "a single column has no classes to choose from: have the data "
                        "one class alone?");
    return NNP_OK;
}

/* All of a metric's setup: n sums that are gathered over the batches. */
static inline int nnp_classes_setup(nnp_ctx *c, size_t least, const char *sums, int64_t n)
{
    int rc = nnp_classes_check(c, least);

    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, sums, NNP_F64, 1, &n, NULL);
    return rc < 0 ? rc : NNP_OK;
}
#endif
