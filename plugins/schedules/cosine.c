/* SPDX-License-Identifier: MIT */
/*
 * cosine: to + (value - to) (1 + cos(pi p)) / 2, with p from 0 to 1 over the run.
 *
 * Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts",
 * without the restarts. p begins where the warm-up ends.
 */
#include <math.h>

#include <nnpipe/warmup.h>

struct cosine {
    double  to, over;
    int64_t warmup;
};

static const nnp_param params[] = {
    { "to", NNP_REAL | NNP_MAIN, offsetof(struct cosine, to), "0", NULL,
      "value at the end", NULL },
    { "over", NNP_REAL, offsetof(struct cosine, over), "0", "[0,inf)",
      "where that is reached; 0: at the end of the run", "epochs" },
    NNP_WARMUP(struct cosine),
};

static int forward(nnp_ctx *c, void *self)
{
    const struct cosine *s = self;
    double               part = (1 + cos(acos(-1) * nnp_way(c, s->over, s->warmup))) / 2;

    c->result = (s->to + (c->value - s->to) * part) * nnp_warm(c, s->warmup);
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
