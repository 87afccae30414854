/* SPDX-License-Identifier: MIT */
/*
 * lecun_uniform, lecun_normal: standard deviation sqrt(1 / fan_in).
 *
 * LeCun, Bottou, Orr, Mueller (1998), "Efficient backprop", section 4.6: sums of inputs
 * of variance 1 have variance 1.
 */
#include <nnpipe/draw.h>

static double deviation(const nnp_ctx *c)
{
    return sqrt(1 / nnp_draw_fan_in(&c->out[0]));
}

static int forward_uniform(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_draw_deviation(c, 1, deviation(c));
}

static int forward_normal(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_draw_deviation(c, 0, deviation(c));
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
NNP_PLUGIN(lecun, NNP_OURS, &lecun_uniform, &lecun_normal)
