/* SPDX-License-Identifier: MIT */
/*
 * normal: every element from a normal distribution.
 */
#include <nnpipe/draw.h>

struct normal {
    double mean, std;
};

static const nnp_param params[] = {
    { "mean", NNP_REAL, offsetof(struct normal, mean), "0", NULL, "mean", NULL },
    { "std", NNP_REAL | NNP_MAIN, offsetof(struct normal, std), "0.05", "[0,inf)",
      "standard deviation", NULL },
};

static int forward(nnp_ctx *c, void *self)
{
    const struct normal *s = self;

    return nnp_draw(c, NNP_NORMAL, s->std, s->mean);
}

/* clang-format off */
static const nnp_component normal = {
    NNP_COMPONENT("initializer", "normal"), .doc = "normally distributed",
    .self_size = sizeof(struct normal), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(normal, NNP_OURS, &normal)
