/* SPDX-License-Identifier: MIT */
/*
 * linear: a straight line from the value to `to`, where it stays.
 *
 * The line begins where the warm-up ends.
 */
#include <nnpipe/plugin.h>

struct linear {
    double  to, over;
    int64_t warmup;
};

static const nnp_param params[] = {
    { "to", NNP_REAL | NNP_MAIN, offsetof(struct linear, to), "0", NULL,
      "value at the end", NULL },
    { "over", NNP_REAL, offsetof(struct linear, over), "0", "[0,inf)",
      "where that is reached; 0: at the end of the run", "epochs" },
    { "warmup", NNP_INT, offsetof(struct linear, warmup), "0", "[0,inf)",
      "first updates, over which the value rises from 0", "steps" },
};

/* 0..1 over the first updates. */
static double warm(const nnp_ctx *c, int64_t warmup)
{
    return (double)c->step < (double)warmup ? (double)c->step / (double)warmup : 1;
}

/* 0..1 on the way from the end of the warm-up to the end of the run or epoch `over`. */
static double way(const nnp_ctx *c, const struct linear *s)
{
    double at = s->over > 0 ? c->epoch : c->progress, end = s->over > 0 ? s->over : 1;
    double start = c->step ? at * (double)s->warmup / (double)c->step : 0;

    if (s->warmup && (double)c->step <= (double)s->warmup)
        return 0;
    return at >= end ? 1 : (at - start) / (end - start);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct linear *s = self;
    double               value = c->value + (s->to - c->value) * way(c, s);

    c->result = value * warm(c, s->warmup);
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
