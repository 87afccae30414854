/* SPDX-License-Identifier: MIT */
/*
 * elu: y = x where x > 0, alpha (e^x - 1) elsewhere.
 *
 * Clevert, Unterthiner, Hochreiter (2016), "Fast and accurate deep network learning by
 * exponential linear units". Where x <= 0, dy/dx = alpha e^x = y + alpha: backward needs
 * y alone. At x = 0 the derivative is taken from the left.
 */
#include <nnpipe/fast.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>
#include <nnpipe/sweep.h>

struct elu {
    double alpha;
};

static const nnp_param params[] = {
    { "alpha", NNP_REAL | NNP_MAIN, offsetof(struct elu, alpha), "1", "[0,inf)",
      "minus the value it tends to below zero", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    if (nnp_type(&c->in[0]) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP, "elu takes f32; put `scale` before it");
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

NNP_HOT static void values(const void *self, const float *x, float *y, size_t n)
{
    float alpha = (float)((const struct elu *)self)->alpha;

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = nnp_pickf(x[i] > 0.0f, x[i], alpha * nnp_expm1f(x[i]));
}

NNP_HOT static void gradients(const void *self, const float *x, const float *y,
                              const float *dy, float *dx, size_t n)
{
    float alpha = (float)((const struct elu *)self)->alpha;

    (void)x;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = nnp_pickf(y[i] > 0.0f, dy[i], dy[i] * (y[i] + alpha));
}

static const nnp_sweep sweep = { sizeof sweep, 0, values, gradients };

static int forward(nnp_ctx *c, void *self)
{
    return nnp_sweep_forward(c, self, &sweep);
}

static int backward(nnp_ctx *c, void *self)
{
    return nnp_sweep_backward(c, self, &sweep);
}

static const void *extension(const char *id)
{
    return nnp_sweep_extension(id, &sweep);
}

/* clang-format off */
static const nnp_component elu = {
    NNP_COMPONENT("layer", "elu"), .doc = "x, or alpha (e^x - 1) below zero: exponential linear unit",
    .flags = NNP_FREE_IN | NNP_INPLACE | NNP_INPLACE_BWD,
    .self_size = sizeof(struct elu), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward, .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(elu, "1.0", "MIT", "https://example.org/nnpipe", &elu)
