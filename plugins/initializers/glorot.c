/* SPDX-License-Identifier: MIT */
/*
 * glorot_uniform, glorot_normal: standard deviation gain sqrt(2 / (fan_in + fan_out)).
 *
 * Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward
 * neural networks": a compromise that keeps the size of signals on the way forward and of
 * gradients on the way back, for units that are nearly linear around 0. gain 5/3 is usual
 * with tanh.
 */
#include <nnpipe/draw.h>

struct glorot {
    double gain;
};

static const nnp_param params[] = {
    { "gain", NNP_REAL | NNP_MAIN, offsetof(struct glorot, gain), "1", "(0,inf)",
      "factor for the activation that follows", NULL },
};

static double deviation(const nnp_ctx *c, const struct glorot *s)
{
    return s->gain *
           sqrt(2 / (nnp_draw_fan_in(&c->out[0]) + nnp_draw_fan_out(&c->out[0])));
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
static const nnp_component glorot_uniform = {
    NNP_COMPONENT("initializer", "glorot_uniform"), .doc = "by the number of inputs and outputs, uniform",
    .self_size = sizeof(struct glorot), NNP_PARAMS(params), .forward = forward_uniform,
};

static const nnp_component glorot_normal = {
    NNP_COMPONENT("initializer", "glorot_normal"), .doc = "by the number of inputs and outputs, normal",
    .self_size = sizeof(struct glorot), NNP_PARAMS(params), .forward = forward_normal,
};
/* clang-format on */
NNP_PLUGIN(glorot, NNP_OURS, &glorot_uniform, &glorot_normal)
