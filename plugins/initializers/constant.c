/* SPDX-License-Identifier: MIT */
/*
 * constant: every element the same.
 */
#include <nnpipe/plugin.h>

struct constant {
    double value;
};

static const nnp_param params[] = {
    { "value", NNP_REAL | NNP_MAIN, offsetof(struct constant, value), "0", NULL,
      "of every element", NULL },
};

static int forward(nnp_ctx *c, void *self)
{
    const struct constant *s = self;

    if (nnp_type(&c->out[0]) != NNP_F32)
        return nnp_fail(c, NNP_ENOTSUP, "only f32 weights can be set");
    for (size_t i = 0, n = nnp_count(&c->out[0]); i < n; i++)
        nnp_f32(&c->out[0])[i] = (float)s->value;
    return NNP_OK;
}

/* clang-format off */
static const nnp_component constant = {
    NNP_COMPONENT("initializer", "constant"), .doc = "every element the same",
    .self_size = sizeof(struct constant), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(constant, NNP_OURS, &constant)
