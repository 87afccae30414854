/* SPDX-License-Identifier: MIT */
/*
 * he_uniform, he_normal: standard deviation sqrt(2 / ((1 + slope^2) fan_in)).
 *
 * He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers": keeps the size of signals
 * through rectifiers, which lose half of them; slope is that of a leaky one below 0.
 */
#include <nnpipe/draw.h>

struct he {
    double slope;
};

static const nnp_param params[] = {
    { "slope", NNP_REAL | NNP_MAIN, offsetof(struct he, slope), "0", NULL,
      "of the rectifier below 0", NULL },
};

static double deviation(const nnp_ctx *c, const struct he *s)
{
    return sqrt(2 / ((1 + s->slope * s->slope) * nnp_draw_fan_in(&c->out[0])));
}

static int forward_uniform(nnp_ctx *c, void *self)
{
    return nnp_draw_deviation(c, 1, deviation(c, self));
}

static int forward_normal(nnp_ctx *c, void *self)
{
    return nnp_draw_deviation(c, 0, deviation(c, self));
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
NNP_PLUGIN(he, NNP_OURS, &he_uniform, &he_normal)
