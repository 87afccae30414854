/* SPDX-License-Identifier: MIT */
/*
 * add: the sum of its inputs, element by element, in their order; what a residual
 * connection ends in (He, Zhang, Ren, Sun 2016, "Deep residual learning for image
 * recognition").
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

enum { BLOCK = 1024 }; /* numbers that are summed up before they are written */

/* "64 x 9 x 9": a row of it. */
static const char *row_text(const nnp_tensor *t, char *text, size_t room)
{
    size_t used = 0;

    if (t->ndim < 2)
        return "a single number";
    for (int32_t i = 1; i < t->ndim && used < room; i++)
        used += (size_t)snprintf(text + used, room - used,
                                 i > 1 ? " x %" PRId64 : "%" PRId64, t->shape[i]);
    return text;
}

static int refuse(nnp_ctx *c, uint32_t k)
{
    char a[128], b[128], text[448];

    snprintf(text, sizeof text,
             "cannot add %s and %s (input %" PRIu32 "): equal shapes are needed",
             row_text(&c->in[0], a, sizeof a), row_text(&c->in[k], b, sizeof b), k + 1);
    return c->host->fail(c, NNP_EINVAL, text);
}

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];

    (void)self;
    for (uint32_t k = 0; k < c->n_in; k++) {
        const nnp_tensor *other = &c->in[k];
        if (nnp_type(other) != NNP_F32)
            return c->host->fail(c, NNP_ENOTSUP, "add takes f32; put `scale` before it");
        if (other->ndim != x->ndim ||
            memcmp(other->shape, x->shape, (size_t)x->ndim * sizeof *x->shape) != 0)
            return refuse(c, k);
    }
    return nnp_like(c, NNP_OUT, "y", x);
}

NNP_HOT static void sum(const float *x, float *y, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

/* A block of all inputs is read before it is written, so y may lie on any of them. */
static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;
    float          y[BLOCK];

    (void)worker;
    for (size_t i = begin; i < end; i += BLOCK) {
        size_t n = end - i < BLOCK ? end - i : BLOCK;

        memcpy(y, nnp_f32(&c->in[0]) + i, n * sizeof *y);
        for (uint32_t k = 1; k < c->n_in; k++)
            sum(nnp_f32(&c->in[k]) + i, y, n);
        memcpy(nnp_f32(&c->out[0]) + i, y, n * sizeof *y);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, forward_part, c);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    for (uint32_t k = 0; k < c->n_in; k++)
        if (c->din[k].data && c->din[k].data != c->dout[0].data)
            memcpy(c->din[k].data, c->dout[0].data,
                   nnp_count(&c->dout[0]) * sizeof(float));
    return NNP_OK;
}

/* clang-format off */
static const nnp_component add = {
    NNP_COMPONENT("layer", "add"), .doc = "the sum of its inputs",
    .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD,
    .min_in = 2, .max_in = UINT32_MAX,
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(add, "1.0", "MIT", "https://example.org/nnpipe", &add)
