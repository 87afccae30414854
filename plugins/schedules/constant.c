/* SPDX-License-Identifier: MIT */
/*
 * constant: the value as configured, after a warm-up that rises linearly from 0.
 */
#include <nnpipe/warmup.h>

struct constant {
    int64_t warmup;
};

static const nnp_param params[] = {
    NNP_WARMUP(struct constant),
};

static int forward(nnp_ctx *c, void *self)
{
    const struct constant *s = self;

    c->result = c->value * nnp_warm(c, s->warmup);
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
