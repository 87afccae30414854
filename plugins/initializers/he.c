/* SPDX-License-Identifier: MIT */
/*
 * he_uniform, he_normal: standard deviation sqrt(2 / ((1 + slope^2) fan_in)).
 *
 * He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers": keeps the size of signals
 * through rectifiers, which lose half of them; slope is that of a leaky one below 0.
 */
#include <math.h>

#include <nnpipe/plugin.h>

struct he {
    double slope;
};

static const nnp_param params[] = {
    { "slope", NNP_REAL | NNP_MAIN, offsetof(struct he, slope), "0", NULL,
      "of the rectifier below 0", NULL },
};

/* Of a weight [out, in, ...]; a vector has its length both ways, as a single number
 * has 1. */
static double fan_in(const nnp_tensor *w)
{
    return w->ndim > 1 ? (double)nnp_row(w) : (double)nnp_count(w);
}

static double deviation(const nnp_ctx *c, const struct he *s)
{
    return sqrt(2 / ((1 + s->slope * s->slope) * fan_in(&c->out[0])));
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
static const nnp_component he_uniform = {
    NNP_COMPONENT("initializer", "he_uniform"), .doc = "for rectifiers, by the number of inputs, uniform",
    .self_size = sizeof(struct he), NNP_PARAMS(params), .forward = forward_uniform,
};

static const nnp_component he_normal = {
    NNP_COMPONENT("initializer", "he_normal"), .doc = "for rectifiers, by the number of inputs, normal",
    .self_size = sizeof(struct he), NNP_PARAMS(params), .forward = forward_normal,
};
/* clang-format on */
NNP_PLUGIN(he, "1.0", "MIT", "https://example.org/nnpipe", &he_uniform, &he_normal)
