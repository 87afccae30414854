/* SPDX-License-Identifier: MIT */
/*
 * perplexity: exp of the mean cross-entropy, exp(- mean log p(class)): the number of
 * equally likely classes that would be as hard to guess. The target is a class number or
 * a weight for every class. As in xent no logarithm is below -100.
 */
#include <math.h>
#include <stdio.h>

#include <nnpipe/plugin.h>

struct perplexity {
    int32_t from;
};

enum { PROBABILITIES, LOGITS };

static const nnp_param params[] = {
    { "from", NNP_ENUM | NNP_MAIN, offsetof(struct perplexity, from), "probabilities",
      "probabilities|logits", "what `of` is; without `of` a metric gets probabilities",
      NULL },
};

enum { SUM, TOTAL, STATES };

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

/* The class of row or token i, which is a class number; negative after a failure. */
static int64_t target_class(nnp_ctx *c, size_t i, size_t k)
{
    double t = nnp_number(&c->in[1], i);
    char   text[128];

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
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "sums", NNP_F64, 1, &n, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* What is taken off a logit to get its log-probability. */
static double log_sum(const nnp_tensor *x, size_t from, size_t k)
{
    double max = nnp_number(x, from), sum = 0;

    for (size_t j = 1; j < k; j++)
        max = nnp_number(x, from + j) > max ? nnp_number(x, from + j) : max;
    for (size_t j = 0; j < k; j++)
        sum += exp(nnp_number(x, from + j) - max);
    return max + log(sum);
}

static int fit(nnp_ctx *c, void *self)
{
    const struct perplexity *s = self;
    double                  *sums = c->state[0].data;
    size_t                   k = classes(c), n = nnp_count(&c->in[0]) / k;

    for (size_t i = 0; i < n; i++) {
        int64_t y = has_numbers(c) ? target_class(c, i, k) : -1;
        double  norm = s->from == LOGITS ? log_sum(&c->in[0], i * k, k) : 0;

        if (y < -1)
            return (int)y;
        for (size_t j = 0; j < k; j++) {
            double t = y < 0 ? nnp_number(&c->in[1], i * k + j) : (int64_t)j == y;
            double x = nnp_number(&c->in[0], i * k + j);
            double p = s->from == LOGITS ? x - norm : log(x);

            if (s->from == PROBABILITIES && p < -100)
                p = -100;
            sums[SUM] -= t != 0 ? t * p : 0; /* 0 log 0 is 0 */
        }
        sums[TOTAL]++;
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *sums = c->state[0].data;

    (void)self;
    return c->host->report(c, "perplexity", exp(sums[SUM] / sums[TOTAL]));
}

/* clang-format off */
static const nnp_component perplexity = {
    NNP_COMPONENT("metric", "perplexity"), .doc = "number of classes that would be as hard to guess",
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct perplexity), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(perplexity, "1.0", "MIT", "https://example.org/nnpipe", &perplexity)
