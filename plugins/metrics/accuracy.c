/* SPDX-License-Identifier: MIT */
/*
 * accuracy, error: part of the rows (or tokens) whose class is right, and wrong.
 *
 * Of several scores on the last axis the largest is the predicted class, the first one if
 * there are several; the target is a class number or one-hot. A single number is class 1
 * if it is above `threshold`, and so is its target: this serves 0 and 1 as well as -1
 * and 1. A NaN is wrong.
 */
#include <math.h>
#include <stdio.h>

#include <nnpipe/plugin.h>

struct accuracy {
    double threshold;
};

static const nnp_param params[] = {
    { "threshold", NNP_REAL, offsetof(struct accuracy, threshold), "0.5", NULL,
      "above it, a single number is class 1", NULL },
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
    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "counts", NNP_F64, 1, &n, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int is_right(nnp_ctx *c, size_t i, double threshold)
{
    double x = nnp_number(&c->in[0], i), t = nnp_number(&c->in[1], i);

    return x == x && (x > threshold) == (t > threshold);
}

static int fit(nnp_ctx *c, void *self)
{
    const struct accuracy *s = self;
    double                *counts = c->state[0].data;
    size_t                 k = classes(c), n = nnp_count(&c->in[0]) / k;

    for (size_t i = 0; i < n; i++) {
        int64_t t = k > 1 ? target_class(c, i, k) : 0;

        if (t < -1)
            return (int)t;
        counts[RIGHT] += k > 1 ? t >= 0 && largest(&c->in[0], i * k, k) == t
                               : is_right(c, i, s->threshold);
        counts[TOTAL]++;
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *counts = c->state[0].data;

    (void)self;
    return c->host->report(c, "accuracy", counts[RIGHT] / counts[TOTAL]);
}

static int finish_error(nnp_ctx *c, void *self)
{
    const double *counts = c->state[0].data;

    (void)self;
    return c->host->report(c, "error", 1 - counts[RIGHT] / counts[TOTAL]);
}

/* clang-format off */
static const nnp_component accuracy = {
    NNP_COMPONENT("metric", "accuracy"), .doc = "part of the rows whose class is right",
    .flags = NNP_HIGHER,
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct accuracy), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};

static const nnp_component error = {
    NNP_COMPONENT("metric", "error"), .doc = "part of the rows whose class is wrong",
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct accuracy), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish_error,
};
/* clang-format on */
NNP_PLUGIN(accuracy, "1.0", "MIT", "https://example.org/nnpipe", &accuracy, &error)
