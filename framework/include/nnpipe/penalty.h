/* SPDX-License-Identifier: MIT */
/*
 * A regularizer that takes every number by itself: both slots made of two functions,
 *
 *     static inline double value(const void *self, double x);
 *     static inline float  slope(const void *self, float x);
 *     NNP_PENALTY(value, slope)     forward, backward; the component takes NNP_F32
 *
 * Over a weight it is the sum, over a stream the mean, so that the batch size does not
 * matter. Header only, C99 and C++.
 */
#ifndef NNPIPE_PENALTY_H
#define NNPIPE_PENALTY_H
#include <nnpipe/plugin.h>

static inline double nnp_penalty_share(const nnp_ctx *c)
{
    size_t n = nnp_count(&c->weight[0]);

    return c->flags & NNP_ON_STREAM && n ? 1 / (double)n : 1;
}

static inline int nnp_penalty_forward(nnp_ctx *c, const void *self,
                                      double value(const void *self, double x))
{
    const float *x = nnp_f32(&c->weight[0]);
    double       sum = 0;

    for (size_t i = 0, n = nnp_count(&c->weight[0]); i < n; i++)
        sum += value(self, (double)x[i]);
    c->result = sum * nnp_penalty_share(c);
    return NNP_OK;
}

static inline int nnp_penalty_backward(nnp_ctx *c, const void *self,
                                       float slope(const void *self, float x))
{
    const float *x = nnp_f32(&c->weight[0]);
    float       *dx = nnp_f32(&c->dweight[0]);
    float        scale = (float)(c->factor * nnp_penalty_share(c));

    for (size_t i = 0, n = nnp_count(&c->weight[0]); dx && i < n; i++)
        dx[i] += scale * slope(self, x[i]);
    return NNP_OK;
}

#define NNP_PENALTY(value, slope)                                                        \
    static int forward(nnp_ctx *c, void *self)                                           \
    {                                                                                    \
        return nnp_penalty_forward(c, self, value);                                      \
    }                                                                                    \
    static int backward(nnp_ctx *c, void *self)                                          \
    {                                                                                    \
        return nnp_penalty_backward(c, self, slope);                                     \
    }
#endif
