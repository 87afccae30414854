/* SPDX-License-Identifier: MIT */
/*
 * The target of an estimator that tells classes, in[1], and the shares of the classes that
 * it gives, out[0]:
 *
 *   labels     one whole number a row: out is f32 [n, classes]
 *   one-hot    f32 [n, classes], one 1 a row: out is the same
 *   bits       one f32 a row, 0 or 1: out is like it, the share of class 1
 *
 *     rc = nnp_target_setup(c, &s->target);              in setup; s->target.classes
 *     rc = nnp_target_finite(c, rows before);            in fit, before x is used
 *     k = nnp_target_class(c, &s->target, i, before);    in fit; negative: pass it on
 *     rc = nnp_target_counted(c, count, classes);        in finish: is there one of each?
 *     rc = nnp_target_read_classes(c, &s->target, class_of, count);   in fit of ALL_ROWS,
 *                                                         in the place of these three
 *     nnp_target_put(c, &s->target, i, share);           in forward: f64 [classes] of row i
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_TARGET_H
#define NNPIPE_TARGET_H
#include <math.h>

#include <nnpipe/data.h>

typedef struct nnp_target {
    int32_t how, pad;
    int64_t classes, columns; /* of the target, and of x */
} nnp_target;

enum { NNP_TARGET_LABELS, NNP_TARGET_ONE_HOT, NNP_TARGET_BITS };

/* Whole numbers tell of nobody how many classes there are, so the loader is asked. */
static inline int nnp_target_labels(nnp_ctx *c, nnp_target *t)
{
    nnp_fact_fn *fact =
        (nnp_fact_fn *)(uintptr_t)c->host->extension(c, "nnp.facts/1");

    t->how = NNP_TARGET_LABELS;
    t->classes = fact ? (int64_t)fact(c, "classes", 0) : 0;
    if (nnp_row(&c->in[1]) != 1)
        return nnp_fail(c, NNP_EINVAL, "the target must be one label a row, or one-hot");
    if (t->classes < 1)
        return nnp_fail(c, NNP_EINVAL,
                        "the data do not say how many classes the labels have; their "
                        "loader should, as `csv: {label: true}` does");
    return NNP_OK;
}

/* What `x` and the target have to look like; how many classes there are. */
static inline int nnp_target_look(nnp_ctx *c, nnp_target *t)
{
    const nnp_tensor *x = &c->in[0], *y = &c->in[1];
    uint32_t          type = nnp_type(y);

    t->columns = (int64_t)nnp_row(x);
    if (nnp_type(x) != NNP_F32)
        return nnp_fail(c, NNP_ENOTSUP, "x is not f32%s",
                        nnp_type(x) == NNP_U8 ? ": put `scale` before it" : "");
    if (x->ndim < 1 || y->ndim < 1)
        return nnp_fail(c, NNP_EINVAL, "x and the target must have rows");
    if (type != NNP_F32 && type != NNP_F64)
        return nnp_target_labels(c, t);
    if (type == NNP_F64)
        return nnp_fail(c, NNP_ENOTSUP, "the target is f64; labels or f32 are known");
    t->how = nnp_row(y) == 1 ? NNP_TARGET_BITS : NNP_TARGET_ONE_HOT;
    t->classes = nnp_row(y) == 1 ? 2 : (int64_t)nnp_row(y);
    return NNP_OK;
}

/* Looks at the inputs and declares out[0], "share". */
static inline int nnp_target_setup(nnp_ctx *c, nnp_target *t)
{
    int     rc = nnp_target_look(c, t);
    int64_t shape[2];

    if (rc)
        return rc;
    shape[0] = c->in[0].shape[0];
    shape[1] = t->classes;
    rc = t->how == NNP_TARGET_LABELS
             ? c->host->declare(c, NNP_OUT, "share", NNP_F32, 2, shape, NULL)
             : nnp_like(c, NNP_OUT, "share", &c->in[1]);
    return rc < 0 ? rc : NNP_OK;
}

/* A target of one number a row: declares out[0], "y", like it. classes is 1. */
static inline int nnp_target_numbers(nnp_ctx *c, nnp_target *t)
{
    const nnp_tensor *x = &c->in[0], *y = &c->in[1];

    t->classes = 1;
    t->columns = (int64_t)nnp_row(x);
    if (nnp_type(x) != NNP_F32 || nnp_type(y) != NNP_F32 || x->ndim < 1 || y->ndim < 1 ||
        nnp_row(y) != 1)
        return nnp_fail(c, NNP_EINVAL, "squared_error needs a target of one f32 a row");
    int rc = nnp_like(c, NNP_OUT, "y", y);
    return rc < 0 ? rc : NNP_OK;
}

static inline int64_t nnp_target_one_hot(nnp_ctx *c, const nnp_target *t, size_t i,
                                         double before)
{
    const float *y = nnp_f32(&c->in[1]) + i * (size_t)t->classes;
    int64_t      class_of = -1, ones = 0;

    for (int64_t k = 0; k < t->classes; k++)
        if (y[k] == 1) {
            class_of = k;
            ones++;
        } else if (y[k] != 0) {
            ones = 2;
        }
    if (ones == 1)
        return class_of;
    return nnp_fail(c, NNP_EIO, "row %.0f of the target is no class: one 1 among zeros is",
                    before + (double)i);
}

/* The class of row i of the batch, before which there were so many rows; negative after a
 * failure. */
static inline int64_t nnp_target_class(nnp_ctx *c, const nnp_target *t, size_t i,
                                       double before)
{
    double v;

    if (t->how == NNP_TARGET_ONE_HOT)
        return nnp_target_one_hot(c, t, i, before);
    v = nnp_number(&c->in[1], i);
    if (v >= 0 && v < (double)t->classes && v == floor(v))
        return (int64_t)v;
    if (t->how == NNP_TARGET_BITS)
        return nnp_fail(c, NNP_EIO,
                        "the target holds %g in one column (row %.0f), where 0 and 1 tell "
                        "two classes; for more, labels are meant: csv: {label: true}",
                        v, before + (double)i);
    return nnp_fail(c, NNP_EIO, "row %.0f has label %g, the data have 0..%lld",
                    before + (double)i, v, (long long)t->classes - 1);
}

/* Every number of x is finite, else the failure says which is not. */
static inline int nnp_target_finite(nnp_ctx *c, double before)
{
    const float *x = nnp_f32(&c->in[0]);
    size_t       d = nnp_row(&c->in[0]), n = nnp_count(&c->in[0]);

    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return nnp_fail(c, NNP_EIO, "row %.0f, column %zu of x is not finite",
                            before + (double)(i / d), i % d);
    return NNP_OK;
}

/* Is there a row of each class? */
static inline int nnp_target_counted(nnp_ctx *c, const double *count, int64_t classes)
{
    for (int64_t k = 0; k < classes; k++)
        if (count[k] < 1)
            return nnp_fail(c, NNP_EINVAL, "class %lld has no training rows", (long long)k);
    return NNP_OK;
}

/* For ALL_ROWS: x is finite, class_of[i] is the class of row i, and there is one of each.
 * count: [classes], how often. */
static inline int nnp_target_read_classes(nnp_ctx *c, const nnp_target *t,
                                          int32_t *class_of, double *count)
{
    int rc = nnp_target_finite(c, 0);

    for (int64_t k = 0; k < t->classes; k++)
        count[k] = 0;
    for (int64_t i = 0; !rc && i < c->in[0].shape[0]; i++) {
        int64_t k = nnp_target_class(c, t, (size_t)i, 0);
        if (k < 0)
            return (int)k;
        count[k]++;
        class_of[i] = (int32_t)k;
    }
    return rc ? rc : nnp_target_counted(c, count, t->classes);
}

/* In the place of nnp_target_read_classes: x and the numbers are finite. */
static inline int nnp_target_read_numbers(nnp_ctx *c, double *number)
{
    int rc = nnp_target_finite(c, 0);

    for (int64_t i = 0; !rc && i < c->in[0].shape[0]; i++) {
        number[i] = (double)nnp_f32(&c->in[1])[i];
        if (!isfinite(number[i]))
            return nnp_fail(c, NNP_EIO, "row %lld of the target is not finite",
                            (long long)i);
    }
    return rc;
}

static inline void nnp_target_put(nnp_ctx *c, const nnp_target *t, size_t i,
                                  const double *share)
{
    float *y = nnp_f32(&c->out[0]);

    if (t->how == NNP_TARGET_BITS)
        y[i] = (float)share[1];
    else
        for (int64_t k = 0; k < t->classes; k++)
            y[i * (size_t)t->classes + (size_t)k] = (float)share[k];
}

/* Scores, logarithms of what is in proportion, become shares that add up to 1. */
static inline void nnp_target_softmax(double *score, int64_t classes)
{
    double most = score[0], sum = 0;

    for (int64_t k = 1; k < classes; k++)
        most = score[k] > most ? score[k] : most;
    for (int64_t k = 0; k < classes; k++)
        sum += score[k] = exp(score[k] - most);
    for (int64_t k = 0; k < classes; k++)
        score[k] /= sum;
}

/* Sets the rows of a state that GROWS. */
static inline int nnp_grow(nnp_ctx *c, uint32_t state, int64_t n)
{
    nnp_grow_fn *grow =
        (nnp_grow_fn *)(uintptr_t)c->host->extension(c, "nnp.grow/1");

    return grow ? grow(c, state, n) : nnp_fail(c, NNP_ENOTSUP, "this host grows no states");
}

/* declare of several tensors, one after the other. */
typedef struct nnp_wanted {
    uint32_t    role, dtype;
    const char *name;
    uint32_t    ndim;
    int64_t     shape[3];
} nnp_wanted;

static inline int nnp_declare_all(nnp_ctx *c, const nnp_wanted *w, size_t n)
{
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < n; i++)
        rc = c->host->declare(c, w[i].role, w[i].name, w[i].dtype, w[i].ndim, w[i].shape,
                              NULL);
    return rc < 0 ? rc : NNP_OK;
}
#endif
