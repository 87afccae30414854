/* SPDX-License-Identifier: MIT */
/* The slots are written like those of any plugin; host->extension answers "nnp.sweep/1"
 * with the sweep of the component that runs. */
#include <config.h>
#include "plugin/point.h"

#include <nnpipe/math.h>

struct point {
    const nnp_ctx   *c;
    const void      *self;
    const nnp_sweep *sweep;
};

static struct point point_of(nnp_ctx *c, const void *self)
{
    return (struct point){ c, self, c->host->extension(c, "nnp.sweep/1") };
}

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

static void values(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct point *j = arg;

    (void)worker;
    j->sweep->forward(j->self, nnp_f32(&j->c->in[0]) + begin,
                      nnp_f32(&j->c->out[0]) + begin, end - begin);
}

static int forward(nnp_ctx *c, void *self)
{
    struct point j = point_of(c, self);

    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, values, &j);
}

static const float *at(const nnp_tensor *t, size_t i)
{
    return t->data ? nnp_f32(t) + i : NULL;
}

static void gradients(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct point *j = arg;
    const nnp_ctx      *c = j->c;

    (void)worker;
    j->sweep->backward(j->self, at(&c->in[0], begin), at(&c->out[0], begin),
                       nnp_f32(&c->dout[0]) + begin, nnp_f32(&c->din[0]) + begin,
                       end - begin);
}

static int backward(nnp_ctx *c, void *self)
{
    struct point j = point_of(c, self);

    if (!c->din[0].data)
        return NNP_OK;
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, gradients, &j);
}

void point_fill(nnp_component *c)
{
    c->setup = c->setup ? c->setup : setup;
    c->forward = c->forward ? c->forward : forward;
    c->backward = c->backward ? c->backward : backward;
    c->takes = NNP_F32;
    c->flags |= NNP_INPLACE | NNP_INPLACE_BWD;
}
