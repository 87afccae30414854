/* SPDX-License-Identifier: MIT */
/*
 * noise.salt_pepper: every element is replaced with probability p, half of the times by
 * values[0] (pepper), half by values[1] (salt), drawn anew for every step. The gradient
 * passes where the element was kept.
 */
#include <nnpipe/data.h>

struct salt_pepper {
    double   p;
    nnp_list values;
};

enum { BLOCK = 256 }; /* numbers drawn at a time */

static const nnp_param params[] = {
    { "p", NNP_REAL | NNP_MAIN | NNP_LIVE, offsetof(struct salt_pepper, p), "0.1",
      "[0,1]", "probability that an element is replaced", NULL },
    { "values", NNP_REALS, offsetof(struct salt_pepper, values), "[0, 1]", NULL,
      "pepper and salt", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    const struct salt_pepper *s = self;
    const nnp_tensor         *x = &c->in[0];

    if (s->values.n != 2)
        return nnp_fail(c, NNP_EINVAL, "values: two numbers are needed");
    int rc =
        c->host->declare(c, NNP_OUT, "y", NNP_F32, (uint32_t)x->ndim, x->shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct salt_pepper *s = self;
    const nnp_tensor         *x = &c->in[0];
    const double             *value = s->values.v;
    float                    *y = nnp_f32(&c->out[0]), u[BLOCK], p = (float)s->p;
    int                       rc = NNP_OK;

    for (size_t at = 0, n = nnp_count(x); !rc && at < n; at += BLOCK) {
        size_t k = n - at < BLOCK ? n - at : BLOCK;

        rc = c->host->rand(c, NNP_UNIFORM, at, u, k);
        for (size_t i = 0; i < k; i++)
            y[at + i] =
                u[i] >= p ? (float)nnp_number(x, at + i) : (float)value[u[i] >= p / 2];
    }
    return rc;
}

static int backward(nnp_ctx *c, void *self)
{
    const struct salt_pepper *s = self;
    float                     u[BLOCK], *dx = nnp_f32(&c->din[0]), p = (float)s->p;
    int                       rc = NNP_OK;

    for (size_t at = 0, n = dx ? nnp_count(&c->in[0]) : 0; !rc && at < n; at += BLOCK) {
        size_t k = n - at < BLOCK ? n - at : BLOCK;

        rc = c->host->rand(c, NNP_UNIFORM, at, u, k); /* the numbers of forward again */
        for (size_t i = 0; i < k; i++)
            dx[at + i] = u[i] >= p ? nnp_f32(&c->dout[0])[at + i] : 0;
    }
    return rc;
}

static const nnp_component salt_pepper = {
    NNP_COMPONENT("transform", "noise.salt_pepper"),
    .doc = "replaces elements by the smallest or the largest value",
    .flags = NNP_CORRUPTS | NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE_BWD,
    .self_size = sizeof(struct salt_pepper),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
};

NNP_PLUGIN(noise_salt_pepper, NNP_OURS, &salt_pepper)
