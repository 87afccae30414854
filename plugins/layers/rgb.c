/* SPDX-License-Identifier: MIT */
/*
 * rgb: a colour image from its luma (rows, 1, height, width) and its chroma (rows, 2,
 * height, width), as the transform `chroma` takes it apart: R = Y + 1.402 Cr,
 * B = Y + 1.772 Cb, and G what is left of Y, (Y - 0.299 R - 0.114 B) / 0.587. Nothing is
 * cut off. ITU-R BT.601 at full range.
 */
#include <nnpipe/formula.h>
#include <nnpipe/plugin.h>

enum { LUMA, CHROMA };

/* What R, G and B take from Cb and Cr; each takes Y as it is. */
static const float matrix[3][2] = {
    { 0, 1.402f },
    { -0.114f * 1.772f / 0.587f, -0.299f * 1.402f / 0.587f },
    { 1.772f, 0 },
};

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *y = &c->in[LUMA], *cc = &c->in[CHROMA];

    (void)self;
    if (y->ndim != 4 || y->shape[1] != 1 || cc->ndim != 4 || cc->shape[1] != 2 ||
        y->shape[0] != cc->shape[0] || y->shape[2] != cc->shape[2] ||
        y->shape[3] != cc->shape[3])
        return nnp_fail(c, NNP_EINVAL,
                        "rgb takes luma of 1 channel and chroma of 2, images of one "
                        "size");
    int64_t shape[4] = { y->shape[0], 3, y->shape[2], y->shape[3] };
    int     rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    size_t n = (size_t)(c->in[LUMA].shape[2] * c->in[LUMA].shape[3]);

    (void)self;
    for (size_t row = 0; row < (size_t)c->in[LUMA].shape[0]; row++) {
        const float *y = nnp_f32(&c->in[LUMA]) + row * n;
        const float *cb = nnp_f32(&c->in[CHROMA]) + row * 2 * n, *cr = cb + n;

        for (size_t k = 0; k < 3; k++) {
            float *to = nnp_f32(&c->out[0]) + (row * 3 + k) * n;
            for (size_t i = 0; i < n; i++)
                to[i] = y[i] + matrix[k][0] * cb[i] + matrix[k][1] * cr[i];
        }
    }
    return NNP_OK;
}

/* dy holds the three planes of a row. */
static void chroma_back(const float *dy, float *dc, size_t n)
{
    for (size_t j = 0; j < 2; j++)
        for (size_t i = 0; i < n; i++)
            dc[j * n + i] = matrix[0][j] * dy[i] + matrix[1][j] * dy[n + i] +
                            matrix[2][j] * dy[2 * n + i];
}

static int backward(nnp_ctx *c, void *self)
{
    size_t n = (size_t)(c->in[LUMA].shape[2] * c->in[LUMA].shape[3]);

    (void)self;
    for (size_t row = 0; row < (size_t)c->in[LUMA].shape[0]; row++) {
        const float *dy = nnp_f32(&c->dout[0]) + row * 3 * n;

        if (c->din[CHROMA].data)
            chroma_back(dy, nnp_f32(&c->din[CHROMA]) + row * 2 * n, n);
        for (size_t i = 0; c->din[LUMA].data && i < n; i++)
            nnp_f32(&c->din[LUMA])[row * n + i] = dy[i] + dy[n + i] + dy[2 * n + i];
    }
    return NNP_OK;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward =
        "R = Y + 1.402 C_r; B = Y + 1.772 C_b; G = (Y - 0.299 R - 0.114 B) / 0.587",
    .backward = "d(E, C_r) = 1.402 (d(E, R) - 0.299 / 0.587 d(E, G)); d(E, C_b) = "
                "1.772 (d(E, B) - 0.114 / 0.587 d(E, G)); d(E, Y) = d(E, R) + d(E, G) "
                "+ d(E, B)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component rgb = {
    NNP_COMPONENT("layer", "rgb"), .doc = "puts grey and colour together to an image",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT, .min_in = 2, .max_in = 2,
    .setup = setup, .forward = forward, .backward = backward, .ports = "luma chroma",
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(rgb, NNP_OURS, &rgb)
