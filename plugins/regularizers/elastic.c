/* SPDX-License-Identifier: MIT */
/*
 * elastic: ratio |x| + (1 - ratio) x^2, summed over a weight, averaged over all elements
 * of a stream. Zou and Hastie (2005), "Regularization and variable selection via the
 * elastic net". ratio 1 is l1, ratio 0 is l2.
 */
#include <math.h>

#include <nnpipe/plugin.h>

struct elastic {
    double ratio;
};

static const nnp_param params[] = {
    { "ratio", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct elastic, ratio), "0.5",
      "[0,1]", "part of l1, the rest being l2", NULL },
};

static inline double value(const struct elastic *s, double x)
{
    return s->ratio * fabs(x) + (1 - s->ratio) * x * x;
}

static inline float slope(const struct elastic *s, float x)
{
    float ratio = (float)s->ratio, sign = x > 0 ? 1 : x < 0 ? -1 : x; /* NaN stays one */

    return ratio * sign + (1 - ratio) * 2 * x;
}

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    if (nnp_type(&c->weight[0]) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP, "f32 is needed");
    return NNP_OK;
}

/* The mean is taken over a stream, so that the batch size does not matter. */
static double share(const nnp_ctx *c)
{
    size_t n = nnp_count(&c->weight[0]);

    return c->flags & NNP_STREAM && n ? 1 / (double)n : 1;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct elastic *s = self;
    const float          *x = nnp_f32(&c->weight[0]);
    double                sum = 0;

    for (size_t i = 0, n = nnp_count(&c->weight[0]); i < n; i++)
        sum += value(s, (double)x[i]);
    return c->host->report(c, "penalty", sum * share(c));
}

static int backward(nnp_ctx *c, void *self)
{
    const struct elastic *s = self;
    const float *restrict x = nnp_f32(&c->weight[0]);
    float *restrict dx = nnp_f32(&c->dweight[0]);
    float scale = (float)(c->lr * share(c));

    for (size_t i = 0, n = nnp_count(&c->weight[0]); dx && i < n; i++)
        dx[i] += scale * slope(s, x[i]);
    return NNP_OK;
}

/* clang-format off */
static const nnp_component elastic = {
    NNP_COMPONENT("regularizer", "elastic"), .doc = "l1 and l2 in a ratio",
    .self_size = sizeof(struct elastic), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(elastic, "1.0", "MIT", "https://example.org/nnpipe", &elastic)
