/* SPDX-License-Identifier: MIT */
/*
 * constant: the value as configured, after a warm-up that rises linearly from 0.
 */
#include <nnpipe/plugin.h>

struct constant {
    int64_t warmup;
};

static const nnp_param params[] = {
    { "warmup", NNP_INT, offsetof(struct constant, warmup), "0", "[0,inf)",
      "first updates, over which the value rises from 0", "steps" },
};

/* 0..1 over the first updates. */
static double warm(const nnp_ctx *c, int64_t warmup)
{
    return (double)c->step < (double)warmup ? (double)c->step / (double)warmup : 1;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct constant *s = self;

    c->result = c->value * warm(c, s->warmup);
    return NNP_OK;
}

/* clang-format off */
static const nnp_component constant = {
    NNP_COMPONENT("schedule", "constant"), .doc = "the value as configured, after the warm-up",
    .self_size = sizeof(struct constant), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(constant, NNP_OURS, &constant)
