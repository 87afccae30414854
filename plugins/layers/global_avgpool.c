/* SPDX-License-Identifier: MIT */
/*
 * global_avgpool: the mean of each channel, (rows, channels, ...) to (rows, channels).
 * Lin, Chen, Yan (2014), "Network in network".
 */
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];

    (void)self;
    if (nnp_type(x) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP,
                             "global_avgpool takes f32; put `scale` before it");
    if (x->ndim < 3)
        return c->host->fail(c, NNP_EINVAL,
                             "global_avgpool takes images: rows of 3 axes (channels, "
                             "height, width)");
    return c->host->declare(c, NNP_OUT, "y", NNP_F32, 2, x->shape, NULL);
}

/* Channels begin..end of all rows. */
static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;
    size_t         n = nnp_row(&c->in[0]) / (size_t)c->in[0].shape[1];

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        const float *x = nnp_f32(&c->in[0]) + ch * n;
        double       sum = 0;

        for (size_t i = 0; i < n; i++)
            sum += (double)x[i];
        nnp_f32(&c->out[0])[ch] = (float)(sum / (double)n);
    }
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;
    size_t         n = nnp_row(&c->in[0]) / (size_t)c->in[0].shape[1];

    (void)worker;
    for (size_t ch = begin; ch < end; ch++)
        for (size_t i = 0; i < n; i++)
            nnp_f32(&c->din[0])[ch * n + i] = nnp_f32(&c->dout[0])[ch] / (float)n;
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
static const nnp_component global_avgpool = {
    NNP_COMPONENT("layer", "global_avgpool"), .doc = "the mean of each channel",
    .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_REENTRANT,
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(global_avgpool, "1.0", "MIT", "https://example.org/nnpipe", &global_avgpool)
