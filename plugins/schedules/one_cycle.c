/* SPDX-License-Identifier: MIT */
/*
 * one_cycle: half a cosine up from the value to `peak` over the first part `pct` of the
 * run, half a cosine down to `to` over the rest.
 *
 * Smith and Topin (2018), "Super-convergence: very fast training of neural networks using
 * large learning rates".
 */
#include <math.h>

#include <nnpipe/warmup.h>

struct one_cycle {
    double  peak, pct, to;
    int64_t warmup;
};

static const nnp_param params[] = {
    { "peak", NNP_REAL | NNP_MAIN, offsetof(struct one_cycle, peak), "0", "[0,inf)",
      "largest value; 0: 10 times the one to start from", NULL },
    { "pct", NNP_REAL, offsetof(struct one_cycle, pct), "0.3", "(0,1)",
      "part of the run on the way up", NULL },
    { "to", NNP_REAL, offsetof(struct one_cycle, to), "0", NULL, "value at the end",
      NULL },
    NNP_WARMUP(struct one_cycle),
};

static double blend(double from, double to, double part)
{
    return to + (from - to) * (1 + cos(acos(-1) * part)) / 2;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct one_cycle *s = self;
    double peak = s->peak > 0 ? s->peak : 10 * c->value, p = c->progress, value;

    value = p < s->pct ? blend(c->value, peak, p / s->pct)
                       : blend(peak, s->to, (p - s->pct) / (1 - s->pct));
    c->result = value * nnp_warm(c, s->warmup);
    return NNP_OK;
}

/* clang-format off */
static const nnp_component one_cycle = {
    NNP_COMPONENT("schedule", "one_cycle"), .doc = "up to a peak and down again",
    .self_size = sizeof(struct one_cycle), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(one_cycle, NNP_OURS, &one_cycle)
