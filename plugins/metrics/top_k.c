/* SPDX-License-Identifier: MIT */
/*
 * top_k: part of the rows (or tokens) whose class is among the k with the largest scores.
 * Of equal scores the first ones count as larger. A row with a NaN is wrong.
 */
#include <math.h>
#include <stdio.h>

#include <nnpipe/plugin.h>

struct top_k {
    int64_t k;
};

static const nnp_param params[] = {
    { "k", NNP_INT | NNP_MAIN, offsetof(struct top_k, k), "5", "[1,inf)",
      "scores among which the right one must be", NULL },
};

enum { RIGHT, TOTAL, STATES };

/* The number of classes on the last axis; 1: single numbers. */
static size_t classes(const nnp_ctx *c)
{
    const nnp_tensor *x = &c->in[0];

    return x->ndim > 1 ? (size_t)x->shape[x->ndim - 1] : 1;
}

/* Whether the target holds class numbers, not a number for every class. */
static int has_numbers(const nnp_ctx *c)
{
    return nnp_count(&c->in[1]) != nnp_count(&c->in[0]);
}

/* The number of the largest of k scores; -1 if there is a NaN. */
static int64_t largest(const nnp_tensor *x, size_t from, size_t k)
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

/* The class of row or token i; -1 if a NaN hides it, another negative after a failure. */
static int64_t target_class(nnp_ctx *c, size_t i, size_t k)
{
    double t;
    char   text[128];

    if (!has_numbers(c))
        return largest(&c->in[1], i * k, k);
    t = nnp_number(&c->in[1], i);
    if (t >= 0 && t < (double)k && t == floor(t))
        return (int64_t)t;
    snprintf(text, sizeof text,
             "row %zu of the batch has class %g; the prediction has 0..%zu",
             i * k / nnp_row(&c->in[0]), t, k - 1);
    return c->host->fail(c, NNP_EIO, text);
}

static int fit_shapes(nnp_ctx *c)
{
    size_t n = nnp_count(&c->in[0]), t = nnp_count(&c->in[1]);

    if (c->in[0].ndim < 1 || c->in[1].ndim < 1 ||
        c->in[0].shape[0] != c->in[1].shape[0] || (t != n && t * classes(c) != n))
        return c->host->fail(
            c, NNP_EINVAL,
            "the target must be a class number per row or token, or have "
            "the shape of the prediction");
    return NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    int64_t n = STATES;
    int     rc = fit_shapes(c);

    (void)self;
    if (!rc && classes(c) < 2)
        rc =
            c->host->fail(c, NNP_EINVAL, "a single column has no classes to choose from");
    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "counts", NNP_F64, 1, &n, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* How many scores stand before that of class t; all if there is a NaN. */
static size_t rank(const nnp_tensor *x, size_t from, size_t k, size_t t)
{
    double score = nnp_number(x, from + t);
    size_t before = 0;

    for (size_t j = 0; j < k; j++) {
        double v = nnp_number(x, from + j);

        if (v != v)
            return k;
        before += v > score || (v == score && j < t);
    }
    return before;
}

static int fit(nnp_ctx *c, void *self)
{
    const struct top_k *s = self;
    double             *counts = c->state[0].data;
    size_t              k = classes(c), n = nnp_count(&c->in[0]) / k;

    for (size_t i = 0; i < n; i++) {
        int64_t t = target_class(c, i, k);
        size_t  at = t < 0 ? k : rank(&c->in[0], i * k, k, (size_t)t);

        if (t < -1)
            return (int)t;
        counts[RIGHT] += at < k && (int64_t)at < s->k;
        counts[TOTAL]++;
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *counts = c->state[0].data;

    (void)self;
    return c->host->report(c, "top_k", counts[RIGHT] / counts[TOTAL]);
}

/* clang-format off */
static const nnp_component top_k = {
    NNP_COMPONENT("metric", "top_k"), .doc = "part of the rows whose class is among the k largest scores",
    .flags = NNP_HIGHER,
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct top_k), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(top_k, "1.0", "MIT", "https://example.org/nnpipe", &top_k)
