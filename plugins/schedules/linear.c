/* SPDX-License-Identifier: MIT */
/*
 * linear: a straight line from the value to `to`, where it stays.
 *
 * The line begins where the warm-up ends.
 */
#include <nnpipe/warmup.h>

struct linear {
    double  to, over;
    int64_t warmup;
};

static const nnp_param params[] = {
    { "to", NNP_REAL | NNP_MAIN, offsetof(struct linear, to), "0", NULL,
      "value at the end", NULL },
    { "over", NNP_REAL, offsetof(struct linear, over), "0", "[0,inf)",
      "where that is reached; 0: at the end of the run", "epochs" },
    NNP_WARMUP(struct linear),
};

static int forward(nnp_ctx *c, void *self)
{
    const struct linear *s = self;
    double value = c->value + (s->to - c->value) * nnp_way(c, s->over, s->warmup);

    c->result = value * nnp_warm(c, s->warmup);
    return NNP_OK;
}

/* clang-format off */
static const nnp_component linear = {
    NNP_COMPONENT("schedule", "linear"), .doc = "a straight line to another value",
    .self_size = sizeof(struct linear), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(linear, NNP_OURS, &linear)
