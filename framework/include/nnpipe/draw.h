/* SPDX-License-Identifier: MIT */
/*
 * Initializers that draw every number of a weight from one distribution:
 *
 *     return nnp_draw(c, NNP_UNIFORM, width, low);    forward: low + width u, u in [0, 1)
 *     return nnp_draw(c, NNP_NORMAL, deviation, mean);
 *     return nnp_draw_deviation(c, uniform, d);       around 0, with that standard
 * deviation
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_DRAW_H
#define NNPIPE_DRAW_H
#include <math.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

/* Inputs of a unit, of a weight [out, in, ...]; a vector has its length both ways, as a
 * single number has 1. */
static inline double nnp_draw_fan_in(const nnp_tensor *w)
{
    return w->ndim > 1 ? (double)nnp_row(w) : (double)nnp_count(w);
}

static inline double nnp_draw_fan_out(const nnp_tensor *w)
{
    size_t in = w->ndim > 1 ? (size_t)w->shape[1] : 1;

    return (double)nnp_count(w) / (double)(in ? in : 1);
}

struct nnp_draw_job {
    nnp_ctx *c;
    uint32_t dist;
    float    scale, shift;
};

static inline void nnp_draw_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct nnp_draw_job *j = (const struct nnp_draw_job *)arg;
    float                     *w = nnp_f32(&j->c->out[0]);

    (void)worker;
    j->c->host->rand(j->c, j->dist, begin, w + begin, end - begin);
    for (size_t i = begin; i < end; i++)
        w[i] = j->scale * w[i] + j->shift;
}

/* Fills out[0] with scale times what is drawn, plus shift. */
static inline int nnp_draw(nnp_ctx *c, uint32_t dist, double scale, double shift)
{
    struct nnp_draw_job j = { c, dist, (float)scale, (float)shift };

    if (nnp_type(&c->out[0]) != NNP_F32)
        return nnp_fail(c, NNP_ENOTSUP, "only f32 weights can be drawn");
    return c->host->parallel(c, nnp_count(&c->out[0]), NNP_GRAIN, nnp_draw_part, &j);
}

/* A uniform distribution of -a..a has the standard deviation a / sqrt(3). */
static inline int nnp_draw_deviation(nnp_ctx *c, int uniform, double deviation)
{
    double a = sqrt(3) * deviation;

    return uniform ? nnp_draw(c, NNP_UNIFORM, 2 * a, -a)
                   : nnp_draw(c, NNP_NORMAL, deviation, 0);
}
#endif
