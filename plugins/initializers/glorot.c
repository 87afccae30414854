/* SPDX-License-Identifier: MIT */
/*
 * glorot_uniform, glorot_normal: standard deviation gain sqrt(2 / (fan_in + fan_out)).
 *
 * Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward
 * neural networks": a compromise that keeps the size of signals on the way forward and of
 * gradients on the way back, for units that are nearly linear around 0. gain 5/3 is usual
 * with tanh.
 */
#include <math.h>

#include <nnpipe/plugin.h>

struct glorot {
    double gain;
};

static const nnp_param params[] = {
    { "gain", NNP_REAL | NNP_MAIN, offsetof(struct glorot, gain), "1", "(0,inf)",
      "factor for the activation that follows", NULL },
};

/* Of a weight [out, in, ...]; a vector has its length both ways, as a single number
 * has 1. */
static double fan_in(const nnp_tensor *w)
{
    return w->ndim > 1 ? (double)nnp_row(w) : (double)nnp_count(w);
}

static double fan_out(const nnp_tensor *w)
{
    size_t in = w->ndim > 1 ? (size_t)w->shape[1] : 1;

    return (double)nnp_count(w) / (double)(in ? in : 1);
}

static double deviation(const nnp_ctx *c, const struct glorot *s)
{
    return s->gain * sqrt(2 / (fan_in(&c->out[0]) + fan_out(&c->out[0])));
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
    double a = sqrt(3) * deviation(c, self);

    return fill(c, NNP_UNIFORM, 2 * a, -a);
}

static int forward_normal(nnp_ctx *c, void *self)
{
    return fill(c, NNP_NORMAL, deviation(c, self), 0);
}

/* clang-format off */
static const nnp_component glorot_uniform = {
    NNP_COMPONENT("initializer", "glorot_uniform"), .doc = "by the number of inputs and outputs, uniform",
    .self_size = sizeof(struct glorot), NNP_PARAMS(params), .forward = forward_uniform,
};

static const nnp_component glorot_normal = {
    NNP_COMPONENT("initializer", "glorot_normal"), .doc = "by the number of inputs and outputs, normal",
    .self_size = sizeof(struct glorot), NNP_PARAMS(params), .forward = forward_normal,
};
/* clang-format on */
NNP_PLUGIN(glorot, "1.0", "MIT", "https://example.org/nnpipe", &glorot_uniform,
           &glorot_normal)
