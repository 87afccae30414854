/* SPDX-License-Identifier: MIT */
/*
 * sigmoid: y = 1 / (1 + e^-x), the logistic function; dy/dx = y (1 - y).
 *
 * Cox (1958), "The regression analysis of binary sequences"; as a unit of nets:
 * Rumelhart, Hinton, Williams (1986), "Learning representations by back-propagating
 * errors".
 */
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    if (nnp_type(&c->in[0]) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP, "sigmoid takes f32; put `scale` before it");
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

NNP_HOT static void values(const float *x, float *y, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = nnp_sigmoidf(x[i]);
}

NNP_HOT static void gradients(const float *y, const float *dy, float *dx, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = dy[i] * (y[i] * (1.0f - y[i]));
}

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;

    (void)worker;
    values(nnp_f32(&c->in[0]) + begin, nnp_f32(&c->out[0]) + begin, end - begin);
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, forward_part, c);
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;

    (void)worker;
    gradients(nnp_f32(&c->out[0]) + begin, nnp_f32(&c->dout[0]) + begin,
              nnp_f32(&c->din[0]) + begin, end - begin);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    if (!c->din[0].data)
        return NNP_OK;
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, backward_part, c);
}

/* clang-format off */
static const nnp_component sigmoid = {
    NNP_COMPONENT("layer", "sigmoid"), .doc = "1 / (1 + e^-x): the logistic function, between 0 and 1",
    .flags = NNP_FREE_IN | NNP_INPLACE | NNP_INPLACE_BWD | NNP_REENTRANT,
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(sigmoid, "1.0", "MIT", "https://example.org/nnpipe", &sigmoid)
