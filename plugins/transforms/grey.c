/* SPDX-License-Identifier: MIT */
/*
 * grey: the luma of red, green and blue, 0.299 R + 0.587 G + 0.114 B.
 *
 * chroma: colour taken apart into luma and two differences that hold the colour alone,
 * Cb = (B - Y) / 1.772 and Cr = (R - Y) / 1.402, 0 where there is no colour and -0.5..0.5
 * for R, G, B in 0..1. `rgb`, a layer, puts them together again.
 *
 * The numbers are those of ITU-R BT.601, at full range.
 */
#include <string.h>

#include <nnpipe/plugin.h>

/* Rows: Y, Cb, Cr; columns: R, G, B. */
static const float matrix[3][3] = {
    { 0.299f, 0.587f, 0.114f },
    { -0.299f / 1.772f, -0.587f / 1.772f, 0.886f / 1.772f },
    { 0.701f / 1.402f, -0.587f / 1.402f, -0.114f / 1.402f },
};

static int declare(nnp_ctx *c, int with_chroma)
{
    const nnp_tensor *x = &c->in[0];

    if (x->ndim != 4 || x->shape[1] != 3)
        return nnp_fail(c, NNP_EINVAL,
                        "colour images are needed: rows of 3 axes (3 channels, "
                        "height, width)");
    int64_t shape[4] = { x->shape[0], 1, x->shape[2], x->shape[3] };
    int     rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, shape, NULL);
    shape[1] = 2;
    if (rc >= 0 && with_chroma)
        rc = c->host->declare(c, NNP_OUT, "chroma", NNP_F32, 4, shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int grey_setup(nnp_ctx *c, void *self)
{
    (void)self;
    return declare(c, 0);
}

static int chroma_setup(nnp_ctx *c, void *self)
{
    (void)self;
    return declare(c, 1);
}

/* A plane of the output from the three of x, or what flows back, added to the three. */
static void forward_plane(const float *x, float *y, size_t n, const float w[3])
{
    for (size_t i = 0; i < n; i++)
        y[i] = w[0] * x[i] + w[1] * x[n + i] + w[2] * x[2 * n + i];
}

static void backward_plane(const float *dy, float *dx, size_t n, const float w[3])
{
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < n; i++)
            dx[k * n + i] += w[k] * dy[i];
}

static int forward(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    size_t            n = (size_t)(x->shape[2] * x->shape[3]);

    (void)self;
    for (size_t row = 0; row < (size_t)x->shape[0]; row++)
        for (uint32_t o = 0; o < c->n_out; o++)
            for (size_t k = 0; c->out[o].data && k < 1 + o; k++)
                forward_plane(nnp_f32(x) + row * 3 * n,
                              nnp_f32(&c->out[o]) + (row * (1 + o) + k) * n, n,
                              matrix[o + k]);
    return NNP_OK;
}

static int backward(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    size_t            n = (size_t)(x->shape[2] * x->shape[3]);

    (void)self;
    if (!c->din[0].data)
        return NNP_OK;
    memset(c->din[0].data, 0, nnp_count(x) * sizeof(float));
    for (size_t row = 0; row < (size_t)x->shape[0]; row++)
        for (uint32_t o = 0; o < c->n_out; o++)
            for (size_t k = 0; c->dout[o].data && k < 1 + o; k++)
                backward_plane(nnp_f32(&c->dout[o]) + (row * (1 + o) + k) * n,
                               nnp_f32(&c->din[0]) + row * 3 * n, n, matrix[o + k]);
    return NNP_OK;
}

static const nnp_component grey = {
    NNP_COMPONENT("transform", "grey"),
    .doc = "colour images become grey",
    .takes = NNP_F32,
    .flags = NNP_FREE_IN | NNP_FREE_OUT,
    .setup = grey_setup,
    .forward = forward,
    .backward = backward,
};

static const nnp_component chroma = {
    NNP_COMPONENT("transform", "chroma"),
    .doc = "takes colour images apart into grey and two channels of colour",
    .takes = NNP_F32,
    .flags = NNP_FREE_IN | NNP_FREE_OUT,
    .setup = chroma_setup,
    .forward = forward,
    .backward = backward,
};

NNP_PLUGIN(grey, NNP_OURS, &grey, &chroma)
