/* SPDX-License-Identifier: MIT */
/*
 * avgpool: the mean of each k x k window of each channel. Windows begin `stride` pixels
 * apart and lie inside the image; what is left over on the right and below is not seen.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct avgpool {
    int64_t k, stride;
};

static const nnp_param params[] = {
    { "k", NNP_INT | NNP_MAIN, offsetof(struct avgpool, k), "2", "[1,1024]",
      "height and width of a window", "pixels" },
    { "stride", NNP_INT, offsetof(struct avgpool, stride), "0", "[0,1024]",
      "from one window to the next; 0: as far as a window is wide", "pixels" },
};

struct job {
    nnp_ctx *c;
    int64_t  k, stride, in[2], out[2];
};

static int64_t stride_of(const struct avgpool *s)
{
    return s->stride ? s->stride : s->k;
}

static int setup(nnp_ctx *c, void *self)
{
    const struct avgpool *s = self;
    const nnp_tensor     *x = &c->in[0];
    char                  text[160];

    if (nnp_type(x) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP, "avgpool takes f32; put `scale` before it");
    if (x->ndim != 4)
        return c->host->fail(c, NNP_EINVAL,
                             "avgpool takes images: rows of 3 axes (channels, height, "
                             "width)");
    if (x->shape[2] < s->k || x->shape[3] < s->k) {
        snprintf(text, sizeof text,
                 "a window of %" PRId64 " x %" PRId64 " pixels does not fit into %" PRId64
                 " x %" PRId64,
                 s->k, s->k, x->shape[2], x->shape[3]);
        return c->host->fail(c, NNP_EINVAL, text);
    }
    int64_t y[4] = { x->shape[0], x->shape[1], (x->shape[2] - s->k) / stride_of(s) + 1,
                     (x->shape[3] - s->k) / stride_of(s) + 1 };
    return c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, y, NULL);
}

/* The first pixel of window i. */
static int64_t corner(const struct job *j, size_t i)
{
    int64_t at = (int64_t)i;

    return (at / j->out[1] * j->in[1] + at % j->out[1]) * j->stride;
}

/* Channels begin..end of all rows. */
static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            size = (size_t)(j->in[0] * j->in[1]);
    size_t            n = (size_t)(j->out[0] * j->out[1]);

    (void)worker;
    for (size_t ch = begin; ch < end; ch++)
        for (size_t i = 0; i < n; i++) {
            const float *x = nnp_f32(&j->c->in[0]) + ch * size + corner(j, i);
            float        sum = 0;

            for (int64_t y = 0; y < j->k; y++)
                for (int64_t k = 0; k < j->k; k++)
                    sum += x[y * j->in[1] + k];
            nnp_f32(&j->c->out[0])[ch * n + i] = sum / (float)(j->k * j->k);
        }
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            size = (size_t)(j->in[0] * j->in[1]);
    size_t            n = (size_t)(j->out[0] * j->out[1]);

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        float *dx = nnp_f32(&j->c->din[0]) + ch * size;

        memset(dx, 0, size * sizeof *dx);
        for (size_t i = 0; i < n; i++) {
            float  g = nnp_f32(&j->c->dout[0])[ch * n + i] / (float)(j->k * j->k);
            float *to = dx + corner(j, i);

            for (int64_t y = 0; y < j->k; y++)
                for (int64_t k = 0; k < j->k; k++)
                    to[y * j->in[1] + k] += g;
        }
    }
}

static int over_channels(nnp_ctx *c, const struct avgpool *s, nnp_body *body)
{
    const int64_t *x = c->in[0].shape, *y = c->out[0].shape;
    struct job     j = { c, s->k, stride_of(s), { x[2], x[3] }, { y[2], y[3] } };

    return c->host->parallel(c, (size_t)(x[0] * x[1]),
                             1 + NNP_GRAIN / (size_t)(x[2] * x[3] + 1), body, &j);
}

static int forward(nnp_ctx *c, void *self)
{
    return over_channels(c, self, forward_part);
}

static int backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? over_channels(c, self, backward_part) : NNP_OK;
}

/* clang-format off */
static const nnp_component avgpool = {
    NNP_COMPONENT("layer", "avgpool"), .doc = "the mean of each window",
    .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_REENTRANT,
    .self_size = sizeof(struct avgpool), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(avgpool, "1.0", "MIT", "https://example.org/nnpipe", &avgpool)
