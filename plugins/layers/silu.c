/* SPDX-License-Identifier: MIT */
/*
 * silu: y = x s(x) with s the logistic function, also called swish.
 * dy/dx = s (1 + x (1 - s)).
 *
 * Hendrycks, Gimpel (2016), "Gaussian error linear units", section 3; Ramachandran, Zoph,
 * Le (2017), "Searching for activation functions". Not monotone, so backward reads x.
 */
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    if (nnp_type(&c->in[0]) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP, "silu takes f32; put `scale` before it");
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

NNP_HOT static void values(const float *x, float *y, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * nnp_sigmoidf(x[i]);
}

NNP_HOT static void gradients(const float *x, const float *dy, float *dx, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++) {
        float s = nnp_sigmoidf(x[i]);
        dx[i] = dy[i] * (s * (1.0f + x[i] * (1.0f - s)));
    }
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
    gradients(nnp_f32(&c->in[0]) + begin, nnp_f32(&c->dout[0]) + begin,
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
static const nnp_component silu = {
    NNP_COMPONENT("layer", "silu"), .doc = "x / (1 + e^-x): sigmoid linear unit, swish",
    .flags = NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD | NNP_REENTRANT,
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(silu, "1.0", "MIT", "https://example.org/nnpipe", &silu)
