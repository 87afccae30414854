/* SPDX-License-Identifier: MIT */
/*
 * lecun_uniform, lecun_normal: standard deviation sqrt(1 / fan_in).
 *
 * LeCun, Bottou, Orr, Mueller (1998), "Efficient backprop", section 4.6: sums of inputs
 * of variance 1 have variance 1.
 */
#include <math.h>

#include <nnpipe/plugin.h>

/* Of a weight [out, in, ...]; a vector has its length both ways, as a single number
 * has 1. */
static double fan_in(const nnp_tensor *w)
{
    return w->ndim > 1 ? (double)nnp_row(w) : (double)nnp_count(w);
}

static double deviation(const nnp_ctx *c)
{
    return sqrt(1 / fan_in(&c->out[0]));
}

enum { CHUNK = 16384 };

struct job {
    nnp_ctx *c;
    uint32_t dist;
    float    scale, shift; /* of what is drawn */
};

static void draw(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    float            *w = nnp_f32(&j->c->out[0]);

    (void)worker;
    j->c->host->rand(j->c, j->dist, begin, w + begin, end - begin);
    for (size_t i = begin; i < end; i++)
        w[i] = j->scale * w[i] + j->shift;
}

static int fill(nnp_ctx *c, uint32_t dist, double scale, double shift)
{
    struct job j = { c, dist, (float)scale, (float)shift };

    if (nnp_type(&c->out[0]) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP, "only f32 weights can be drawn");
    return c->host->parallel(c, nnp_count(&c->out[0]), CHUNK, draw, &j);
}

/* A uniform distribution of -a..a has the standard deviation a / sqrt(3). */
static int forward_uniform(nnp_ctx *c, void *self)
{
    double a = sqrt(3) * deviation(c);

    (void)self;
    return fill(c, NNP_UNIFORM, 2 * a, -a);
}

static int forward_normal(nnp_ctx *c, void *self)
{
    (void)self;
    return fill(c, NNP_NORMAL, deviation(c), 0);
}

/* clang-format off */
static const nnp_component lecun_uniform = {
    NNP_COMPONENT("initializer", "lecun_uniform"), .doc = "by the number of inputs, uniform",
    .forward = forward_uniform,
};

static const nnp_component lecun_normal = {
    NNP_COMPONENT("initializer", "lecun_normal"), .doc = "by the number of inputs, normal",
    .forward = forward_normal,
};
/* clang-format on */
NNP_PLUGIN(lecun, "1.0", "MIT", "https://example.org/nnpipe", &lecun_uniform,
           &lecun_normal)
