/* SPDX-License-Identifier: MIT */
/*
 * confusion: how often class R was taken for class C, reported as "confusion.R.C"; the
 * figure "confusion" itself is the part on the diagonal. Classes are found as by
 * accuracy; a row with a NaN counts for no class, but in the total.
 */
#include <math.h>
#include <stdio.h>

#include <nnpipe/plugin.h>

struct confusion {
    double threshold;
};

static const nnp_param params[] = {
    { "threshold", NNP_REAL, offsetof(struct confusion, threshold), "0.5", NULL,
      "above it, a single number is class 1", NULL },
};

enum { MOST = 256 };

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

/* Rows are the classes of the target; the last column is for NaN. */
static int setup(nnp_ctx *c, void *self)
{
    int64_t k = classes(c) > 1 ? (int64_t)classes(c) : 2, table[2] = { k, k + 1 };
    int     rc = fit_shapes(c);
    char    text[96];

    (void)self;
    if (!rc && k > MOST) {
        snprintf(text, sizeof text, "a table of at most %d classes is made, not of %lld",
                 MOST, (long long)k);
        rc = c->host->fail(c, NNP_EINVAL, text);
    }
    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "counts", NNP_F64, 2, table, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int64_t side(double x, double threshold)
{
    return x != x ? -1 : x > threshold;
}

static int fit(nnp_ctx *c, void *self)
{
    const struct confusion *s = self;
    double                 *counts = c->state[0].data;
    size_t                  k = classes(c), n = nnp_count(&c->in[0]) / k;
    int64_t                 last = c->state[0].shape[0];

    for (size_t i = 0; i < n; i++) {
        int64_t t, x;

        if (k > 1) {
            t = target_class(c, i, k);
            x = largest(&c->in[0], i * k, k);
        } else {
            t = side(nnp_number(&c->in[1], i), s->threshold);
            x = side(nnp_number(&c->in[0], i), s->threshold);
        }
        if (t < -1)
            return (int)t;
        if (t >= 0)
            counts[t * (last + 1) + (x < 0 ? last : x)]++;
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *counts = c->state[0].data;
    int64_t       k = c->state[0].shape[0];
    double        right = 0, total = 0;
    char          key[64];
    int           rc = NNP_OK;

    (void)self;
    for (int64_t i = 0; !rc && i < k * (k + 1); i++) {
        int64_t row = i / (k + 1), column = i % (k + 1);

        total += counts[i];
        right += row == column ? counts[i] : 0;
        snprintf(key, sizeof key, "confusion.%lld.%lld", (long long)row,
                 (long long)column);
        if (column < k)
            rc = c->host->report(c, key, counts[i]);
    }
    return rc ? rc : c->host->report(c, "confusion", right / total);
}

/* clang-format off */
static const nnp_component confusion = {
    NNP_COMPONENT("metric", "confusion"), .doc = "which class was taken for which",
    .flags = NNP_HIGHER,
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct confusion), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(confusion, "1.0", "MIT", "https://example.org/nnpipe", &confusion)
