/* SPDX-License-Identifier: MIT */
/*
 * unit_norm: y = x / |x|, with the Euclidean length |x| of all numbers of a row; a row of
 * zeros stays as it is. The squared distance of two such rows is 2 - 2 cos of the angle
 * between them, so what measures distances behind it, k-means say, compares directions:
 * Dhillon, Modha (2001), "Concept decompositions for large sparse text data using
 * clustering".
 *
 * dx = (dy - y (y dy)) / |x|. Sums are taken in their order, in double precision.
 */
#include <math.h>

#include <nnpipe/plugin.h>

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    int rc = nnp_like(c, NNP_OUT, "y", &c->in[0]);
    return rc < 0 ? rc : NNP_OK;
}

static double dot(const float *a, const float *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* 1 / |x|; of zeros 0. */
static double shrink(const float *x, size_t n)
{
    double square = dot(x, x, n);

    return square != 0 ? 1 / sqrt(square) : 0;
}

static int forward(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    size_t            n = nnp_row(x);

    (void)self;
    for (size_t at = 0; at < nnp_count(x); at += n) {
        double by = shrink(nnp_f32(x) + at, n);
        for (size_t i = at; i < at + n; i++)
            nnp_f32(&c->out[0])[i] = (float)(by * (double)nnp_f32(x)[i]);
    }
    return NNP_OK;
}

static int backward(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    size_t            n = nnp_row(x);

    (void)self;
    if (!c->din[0].data)
        return NNP_OK;
    for (size_t at = 0; at < nnp_count(x); at += n) {
        const float *dy = nnp_f32(&c->dout[0]) + at, *from = nnp_f32(x) + at;
        double       by = shrink(from, n), along = by * by * dot(from, dy, n);
        for (size_t i = 0; i < n; i++)
            nnp_f32(&c->din[0])[at + i] =
                (float)(by * ((double)dy[i] - along * (double)from[i]));
    }
    return NNP_OK;
}

static const nnp_component unit_norm = {
    NNP_COMPONENT("transform", "unit_norm"),
    .doc = "divides each row by its length, so that its direction remains",
    .takes = NNP_F32,
    .flags = NNP_FREE_OUT,
    .setup = setup,
    .forward = forward,
    .backward = backward,
};

NNP_PLUGIN(unit_norm, NNP_OURS, &unit_norm)
