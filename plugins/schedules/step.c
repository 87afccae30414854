/* SPDX-License-Identifier: MIT */
/*
 * step: value * factor^floor(epoch / every), a staircase.
 */
#include <math.h>

#include <nnpipe/warmup.h>

struct step {
    double  every, factor;
    int64_t warmup;
};

static const nnp_param params[] = {
    { "every", NNP_REAL | NNP_MAIN, offsetof(struct step, every), "10", "(0,inf)",
      "length of a stair", "epochs" },
    { "factor", NNP_REAL, offsetof(struct step, factor), "0.1", "(0,inf)",
      "from one stair to the next", NULL },
    NNP_WARMUP(struct step),
};

static int forward(nnp_ctx *c, void *self)
{
    const struct step *s = self;
    /* The slack is for an epoch that was summed up of fractions. */
    double stairs = floor(c->epoch / s->every + 1e-9);

    c->result = c->value * nnp_warm(c, s->warmup) * pow(s->factor, stairs);
    return NNP_OK;
}

/* clang-format off */
static const nnp_component step = {
    NNP_COMPONENT("schedule", "step"), .doc = "a staircase, times factor every so many epochs",
    .self_size = sizeof(struct step), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(step, NNP_OURS, &step)
