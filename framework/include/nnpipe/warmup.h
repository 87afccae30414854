/* SPDX-License-Identifier: MIT */
/*
 * Schedules that rise from 0 over the first updates:
 *
 *     NNP_WARMUP(struct linear),                  a row of params; member int64_t warmup
 *     c->result = value * nnp_warm(c, s->warmup);
 *     nnp_way(c, s->over, s->warmup);             0..1 from where the warm-up ends
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_WARMUP_H
#define NNPIPE_WARMUP_H
#include <nnpipe/plugin.h>

/* clang-format off */
#define NNP_WARMUP(type)                                                                 \
    { "warmup", NNP_INT, offsetof(type, warmup), "0", "[0,inf)",                         \
      "first updates, over which the value rises from 0", "steps" }
/* clang-format on */

/* 0..1 over the first updates. */
static inline double nnp_warm(const nnp_ctx *c, int64_t warmup)
{
    return (double)c->step < (double)warmup ? (double)c->step / (double)warmup : 1;
}

/* 0..1 on the way from the end of the warm-up to epoch `over`, or (0) the end of the run.
 * The warm-up counts updates and the way does not: where it ended is reckoned from how far
 * the updates until now have come. */
static inline double nnp_way(const nnp_ctx *c, double over, int64_t warmup)
{
    double at = over > 0 ? c->epoch : c->progress, end = over > 0 ? over : 1;
    double start = c->step ? at * (double)warmup / (double)c->step : 0;

    if (warmup && (double)c->step <= (double)warmup)
        return 0;
    return at >= end ? 1 : (at - start) / (end - start);
}
#endif
