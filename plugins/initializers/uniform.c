/* SPDX-License-Identifier: MIT */
/*
 * uniform: every element evenly distributed in [low, high).
 */
#include <nnpipe/draw.h>

struct uniform {
    double low, high;
};

static const nnp_param params[] = {
    { "low", NNP_REAL, offsetof(struct uniform, low), "-0.05", NULL, "lower bound",
      NULL },
    { "high", NNP_REAL, offsetof(struct uniform, high), "0.05", NULL, "upper bound",
      NULL },
};

static int forward(nnp_ctx *c, void *self)
{
    const struct uniform *s = self;

    if (s->low > s->high)
        return nnp_fail(
            c, NNP_EINVAL,
            "low %g is above high %g; both are wanted, uniform: {low: %g, high: %g}",
            s->low, s->high, -fabs(s->low), fabs(s->low));
    return nnp_draw(c, NNP_UNIFORM, s->high - s->low, s->low);
}

/* clang-format off */
static const nnp_component uniform = {
    NNP_COMPONENT("initializer", "uniform"), .doc = "evenly distributed between two bounds",
    .self_size = sizeof(struct uniform), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(uniform, NNP_OURS, &uniform)
