/* SPDX-License-Identifier: MIT */
/*
 * l2: sum w^2 over a weight, mean h^2 over all elements of a stream. On weights it is
 * ridge regression (Hoerl and Kennard 1970); with plain gradient descent it is the weight
 * decay 2 w.
 */
#include <nnpipe/plugin.h>

static inline double value(double x)
{
    return x * x;
}

static inline float slope(float x)
{
    return 2 * x;
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
static const nnp_component l2 = {
    NNP_COMPONENT("regularizer", "l2"), .doc = "sum of squares",
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(l2, "1.0", "MIT", "https://example.org/nnpipe", &l2)
