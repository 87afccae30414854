/* SPDX-License-Identifier: MIT */
/*
 * forward and backward of a layer that maps numbers one by one, made of its nnp_sweep:
 *
 *     static const nnp_sweep sweep = { sizeof sweep, 0, values, gradients };
 *     static int forward(nnp_ctx *c, void *self)
 *     {
 *         return nnp_sweep_forward(c, self, &sweep);
 *     }
 *
 * and the component's `extension` answers nnp_sweep_extension(id, &sweep), so that the
 * host can run it behind a product, too. Header only, C99 and C++.
 */
#ifndef NNPIPE_SWEEP_H
#define NNPIPE_SWEEP_H
#include <string.h>

#include <nnpipe/fast.h>
#include <nnpipe/math.h>

struct nnp_sweep_job {
    const nnp_ctx   *c;
    const void      *self;
    const nnp_sweep *sweep;
};

static inline const float *nnp_sweep_at(const nnp_tensor *t, size_t i)
{
    return t->data ? nnp_f32(t) + i : NULL;
}

static inline void nnp_sweep_values(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct nnp_sweep_job *j = (const struct nnp_sweep_job *)arg;

    (void)worker;
    j->sweep->forward(j->self, nnp_f32(&j->c->in[0]) + begin,
                      nnp_f32(&j->c->out[0]) + begin, end - begin);
}

static inline void nnp_sweep_slopes(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct nnp_sweep_job *j = (const struct nnp_sweep_job *)arg;

    (void)worker;
    j->sweep->backward(
        j->self, nnp_sweep_at(&j->c->in[0], begin), nnp_sweep_at(&j->c->out[0], begin),
        nnp_f32(&j->c->dout[0]) + begin, nnp_f32(&j->c->din[0]) + begin, end - begin);
}

static inline int nnp_sweep_forward(nnp_ctx *c, const void *self, const nnp_sweep *s)
{
    struct nnp_sweep_job j = { c, self, s };

    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, nnp_sweep_values, &j);
}

static inline int nnp_sweep_backward(nnp_ctx *c, const void *self, const nnp_sweep *s)
{
    struct nnp_sweep_job j = { c, self, s };

    if (!c->din[0].data)
        return NNP_OK;
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, nnp_sweep_slopes, &j);
}

static inline const void *nnp_sweep_extension(const char *id, const nnp_sweep *s)
{
    return strcmp(id, "nnp.sweep/1") == 0 ? s : NULL;
}
#endif
