/* SPDX-License-Identifier: MIT */
/*
 * cosine: to + (value - to) (1 + cos(pi p)) / 2, with p from 0 to 1 over the run.
 *
 * Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts",
 * without the restarts. p begins where the warm-up ends.
 */
#include <math.h>

#include <nnpipe/plugin.h>

struct cosine {
    double  to, over;
    int64_t warmup;
};

static const nnp_param params[] = {
    { "to", NNP_REAL | NNP_MAIN, offsetof(struct cosine, to), "0", NULL,
      "value at the end", NULL },
    { "over", NNP_REAL, offsetof(struct cosine, over), "0", "[0,inf)",
      "where that is reached; 0: at the end of the run", "epochs" },
    { "warmup", NNP_INT, offsetof(struct cosine, warmup), "0", "[0,inf)",
      "first updates, over which the value rises from 0", "steps" },
};

/* 0..1 over the first updates. */
static double warm(const nnp_ctx *c, int64_t warmup)
{
    return (double)c->step < (double)warmup ? (double)c->step / (double)warmup : 1;
}

/* 0..1 on the way from the end of the warm-up to the end of the run or epoch `over`. */
static double way(const nnp_ctx *c, const struct cosine *s)
{
    double at = s->over > 0 ? c->epoch : c->progress, end = s->over > 0 ? s->over : 1;
    double start = c->step ? at * (double)s->warmup / (double)c->step : 0;

    if (s->warmup && (double)c->step <= (double)s->warmup)
        return 0;
    return at >= end ? 1 : (at - start) / (end - start);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct cosine *s = self;
    double               part = (1 + cos(acos(-1) * way(c, s))) / 2;

    c->result = (s->to + (c->value - s->to) * part) * warm(c, s->warmup);
    return NNP_OK;
}

/* clang-format off */
static const nnp_component cosine = {
    NNP_COMPONENT("schedule", "cosine"), .doc = "half a cosine down to another value",
    .self_size = sizeof(struct cosine), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(cosine, NNP_OURS, &cosine)
