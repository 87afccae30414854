/* SPDX-License-Identifier: MIT */
/*
 * l1: sum |w| over a weight, mean |h| over all elements of a stream; drives small values
 * to exactly 0 and so makes a code sparse. Tibshirani (1996), "Regression shrinkage and
 * selection via the lasso". The gradient at 0 is 0.
 */
#include <math.h>

#include <nnpipe/plugin.h>

static inline double value(double x)
{
    return fabs(x);
}

static inline float slope(float x)
{
    return x > 0 ? 1 : x < 0 ? -1 : x; /* x is 0 or NaN here */
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
    const float *x = nnp_f32(&c->weight[0]);
    double       sum = 0;

    (void)self;
    for (size_t i = 0, n = nnp_count(&c->weight[0]); i < n; i++)
        sum += value((double)x[i]);
    return c->host->report(c, "penalty", sum * share(c));
}

static int backward(nnp_ctx *c, void *self)
{
    const float *restrict x = nnp_f32(&c->weight[0]);
    float *restrict dx = nnp_f32(&c->dweight[0]);
    float scale = (float)(c->lr * share(c));

    (void)self;
    for (size_t i = 0, n = nnp_count(&c->weight[0]); dx && i < n; i++)
        dx[i] += scale * slope(x[i]);
    return NNP_OK;
}

/* clang-format off */
static const nnp_component l1 = {
    NNP_COMPONENT("regularizer", "l1"), .doc = "sum of absolute values",
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(l1, "1.0", "MIT", "https://example.org/nnpipe", &l1)
