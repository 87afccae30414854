/* SPDX-License-Identifier: MIT */
/*
 * blend: y = keep + mask (paint - keep): paint where the mask is 1, what was there where
 * it is 0. The mask has the shape of the pictures, or one channel for all of theirs.
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

enum { KEEP, PAINT, MASK };

/* As large as x; axis `one` may have size 1 instead (-1: none may). */
static int fits(const nnp_tensor *x, const nnp_tensor *t, int32_t one)
{
    if (x->ndim != t->ndim)
        return 0;
    for (int32_t i = 0; i < x->ndim; i++)
        if (x->shape[i] != t->shape[i] && !(i == one && t->shape[i] == 1))
            return 0;
    return 1;
}

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[KEEP];

    (void)self;
    if (!fits(x, &c->in[PAINT], -1))
        return nnp_fail(c, NNP_EINVAL, "keep and paint must have the same shape");
    if (!fits(x, &c->in[MASK], 1))
        return nnp_fail(c, NNP_EINVAL,
                        "the mask must have the shape of keep, or one channel");
    return nnp_like(c, NNP_OUT, "y", x);
}

struct job {
    nnp_ctx *c;
    size_t   channels, inner; /* a row; the mask may have 1 for `channels` */
    int      shared;
};

static struct job job_of(nnp_ctx *c)
{
    const nnp_tensor *x = &c->in[KEEP], *m = &c->in[MASK];
    struct job        j = { c, 1, nnp_row(x), 0 };

    if (x->ndim > 1 && m->shape[1] != x->shape[1]) {
        j.channels = (size_t)x->shape[1];
        j.inner = nnp_row(m);
        j.shared = 1;
    }
    return j;
}

NNP_HOT static void mix(const float *keep, const float *paint, const float *m, float *y,
                        size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = keep[i] + m[i] * (paint[i] - keep[i]);
}

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;

    (void)worker;
    for (size_t row = begin; row < end; row++)
        for (size_t ch = 0; ch < j->channels; ch++) {
            size_t at = (row * j->channels + ch) * j->inner;
            mix(nnp_f32(&c->in[KEEP]) + at, nnp_f32(&c->in[PAINT]) + at,
                nnp_f32(&c->in[MASK]) + (j->shared ? row * j->inner : at),
                nnp_f32(&c->out[0]) + at, j->inner);
        }
}

/* Of one channel. A mask of one channel is read by all channels of the pictures: its
 * gradient is the sum of theirs, so backward_part clears it and it is added to here. */
static void gradients(const struct job *j, size_t at, size_t mask)
{
    const nnp_ctx *c = j->c;
    const float   *dy = nnp_f32(&c->dout[0]) + at, *m = nnp_f32(&c->in[MASK]) + mask;
    const float *keep = nnp_f32(&c->in[KEEP]) + at, *paint = nnp_f32(&c->in[PAINT]) + at;

    for (size_t i = 0; c->din[KEEP].data && i < j->inner; i++)
        nnp_f32(&c->din[KEEP])[at + i] = (1 - m[i]) * dy[i];
    for (size_t i = 0; c->din[PAINT].data && i < j->inner; i++)
        nnp_f32(&c->din[PAINT])[at + i] = m[i] * dy[i];
    for (size_t i = 0; c->din[MASK].data && i < j->inner; i++)
        nnp_f32(&c->din[MASK])[mask + i] += dy[i] * (paint[i] - keep[i]);
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            size = nnp_row(&j->c->in[MASK]);
    float            *dm = nnp_f32(&j->c->din[MASK]);

    (void)worker;
    if (dm)
        memset(dm + begin * size, 0, (end - begin) * size * sizeof *dm);
    for (size_t row = begin; row < end; row++)
        for (size_t ch = 0; ch < j->channels; ch++) {
            size_t at = (row * j->channels + ch) * j->inner;
            gradients(j, at, j->shared ? row * j->inner : at);
        }
}

static int over_rows(nnp_ctx *c, nnp_body *body)
{
    struct job j = job_of(c);
    size_t     rows = c->in[KEEP].ndim ? (size_t)c->in[KEEP].shape[0] : 1;

    return c->host->parallel(c, rows, 1 + NNP_GRAIN / (j.channels * j.inner + 1), body,
                             &j);
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return over_rows(c, forward_part);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    return over_rows(c, backward_part);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = keep + mask (paint - keep)",
    .backward = "d(E, keep) = (1 - mask) d(E, y); d(E, paint) = mask d(E, y); d(E, "
                "mask) = (paint - keep) d(E, y)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component blend = {
    NNP_COMPONENT("layer", "blend"), .doc = "paint where a mask is 1, what was there where it is 0",
    .takes = NNP_F32, .flags = NNP_FREE_OUT, .min_in = 3, .max_in = 3,
    .ports = "keep paint mask",
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(blend, NNP_OURS, &blend)
