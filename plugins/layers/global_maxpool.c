/* SPDX-License-Identifier: MIT */
/*
 * global_maxpool: the largest number of each channel, (rows, channels, ...) to (rows,
 * channels). The gradient goes to the first of several largest ones.
 */
#include <string.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];

    (void)self;
    if (nnp_type(x) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP,
                             "global_maxpool takes f32; put `scale` before it");
    if (x->ndim < 3)
        return c->host->fail(c, NNP_EINVAL,
                             "global_maxpool takes images: rows of 3 axes (channels, "
                             "height, width)");
    return c->host->declare(c, NNP_OUT, "y", NNP_F32, 2, x->shape, NULL);
}

/* Where the largest is; a NaN counts as larger than all. */
static size_t largest(const float *x, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n && x[best] == x[best]; i++)
        if (!(x[i] <= x[best]))
            best = i;
    return best;
}

/* Channels begin..end of all rows. */
static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;
    size_t         n = nnp_row(&c->in[0]) / (size_t)c->in[0].shape[1];

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        const float *x = nnp_f32(&c->in[0]) + ch * n;

        nnp_f32(&c->out[0])[ch] = x[largest(x, n)];
    }
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;
    size_t         n = nnp_row(&c->in[0]) / (size_t)c->in[0].shape[1];

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        float *dx = nnp_f32(&c->din[0]) + ch * n;

        memset(dx, 0, n * sizeof *dx);
        dx[largest(nnp_f32(&c->in[0]) + ch * n, n)] = nnp_f32(&c->dout[0])[ch];
    }
}

static int over_channels(nnp_ctx *c, nnp_body *body)
{
    const int64_t *x = c->in[0].shape;

    return c->host->parallel(c, (size_t)(x[0] * x[1]), 64, body, c);
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return over_channels(c, forward_part);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    return c->din[0].data ? over_channels(c, backward_part) : NNP_OK;
}

/* clang-format off */
static const nnp_component global_maxpool = {
    NNP_COMPONENT("layer", "global_maxpool"), .doc = "the largest number of each channel",
    .flags = NNP_FREE_OUT | NNP_REENTRANT,
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(global_maxpool, "1.0", "MIT", "https://example.org/nnpipe", &global_maxpool)
