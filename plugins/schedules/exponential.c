/* SPDX-License-Identifier: MIT */
/*
 * exponential: value * gamma^epoch, smooth also within an epoch.
 */
#include <math.h>

#include <nnpipe/warmup.h>

struct exponential {
    double  gamma;
    int64_t warmup;
};

static const nnp_param params[] = {
    { "gamma", NNP_REAL | NNP_MAIN, offsetof(struct exponential, gamma), "0.95",
      "(0,inf)", "factor per epoch", NULL },
    NNP_WARMUP(struct exponential),
};

static int forward(nnp_ctx *c, void *self)
{
    const struct exponential *s = self;

    c->result = c->value * nnp_warm(c, s->warmup) * pow(s->gamma, c->epoch);
    return NNP_OK;
}

/* clang-format off */
static const nnp_component exponential = {
    NNP_COMPONENT("schedule", "exponential"), .doc = "times gamma per epoch",
    .self_size = sizeof(struct exponential), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(exponential, NNP_OURS, &exponential)
