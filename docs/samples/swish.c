/* SPDX-License-Identifier: MIT */
/*
 * acme.swish: y = x s(beta x) with s the logistic function, element by element.
 *
 * Ramachandran, Zoph, Le (2017), "Searching for activation functions".
 * dy/dx = s + beta x s (1 - s).
 */
#include <math.h>

#include <nnpipe/plugin.h>

struct swish {
    double beta;
};

static const nnp_param params[] = {
    { "beta", NNP_REAL | NNP_MAIN | NNP_LIVE, offsetof(struct swish, beta), "1",
      "(0,inf)", "steepness of the gate", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    int rc = nnp_like(c, NNP_OUT, "y", &c->in[0]);
    return rc < 0 ? rc : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct swish *s = self;
    const float        *x = nnp_f32(&c->in[0]), beta = (float)s->beta;
    float              *y = nnp_f32(&c->out[0]);

    for (size_t i = 0, n = nnp_count(&c->in[0]); i < n; i++)
        y[i] = x[i] / (1 + expf(-beta * x[i]));
    return NNP_OK;
}

static int backward(nnp_ctx *c, void *self)
{
    const struct swish *s = self;
    const float        *x = nnp_f32(&c->in[0]), beta = (float)s->beta;
    const float        *dy = nnp_f32(&c->dout[0]);
    float              *dx = nnp_f32(&c->din[0]);

    if (!dx)
        return NNP_OK;
    for (size_t i = 0, n = nnp_count(&c->in[0]); i < n; i++) {
        float gate = 1 / (1 + expf(-beta * x[i]));
        dx[i] = dy[i] * (gate + beta * x[i] * gate * (1 - gate));
    }
    return NNP_OK;
}

static const nnp_component swish = {
    NNP_COMPONENT("layer", "acme.swish"),
    .doc = "x times a logistic gate of itself",
    .takes = NNP_F32,
    .flags = NNP_FREE_OUT | NNP_INPLACE_BWD,
    .self_size = sizeof(struct swish),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
};
NNP_PLUGIN(swish, "1.0", "MIT", NULL, &swish)
