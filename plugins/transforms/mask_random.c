/* SPDX-License-Identifier: MIT */
/*
 * mask.random: every element is set to 0 with probability p, drawn anew for every step;
 * what is kept is not scaled up. The corruption of denoising autoencoders: Vincent et al.
 * (2008), "Extracting and composing robust features with denoising autoencoders".
 */
#include <nnpipe/data.h>

struct mask_random {
    double p;
};

enum { BLOCK = 256 }; /* numbers drawn at a time */

static const nnp_param params[] = {
    { "p", NNP_REAL | NNP_MAIN | NNP_LIVE, offsetof(struct mask_random, p), "0.25",
      "[0,1]", "probability that an element is set to 0", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    int               rc =
        c->host->declare(c, NNP_OUT, "y", NNP_F32, (uint32_t)x->ndim, x->shape, NULL);

    (void)self;
    return rc < 0 ? rc : NNP_OK;
}

/* to = from where it is kept, the same elements in forward and backward. */
static int mask(nnp_ctx *c, double p, const nnp_tensor *from, float *to)
{
    float u[BLOCK];
    int   rc = NNP_OK;

    for (size_t at = 0, n = nnp_count(from); !rc && at < n; at += BLOCK) {
        size_t k = n - at < BLOCK ? n - at : BLOCK;

        rc = c->host->rand(c, NNP_UNIFORM, at, u, k);
        for (size_t i = 0; i < k; i++)
            to[at + i] = u[i] >= (float)p ? (float)nnp_number(from, at + i) : 0;
    }
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct mask_random *s = self;

    return mask(c, s->p, &c->in[0], nnp_f32(&c->out[0]));
}

static int backward(nnp_ctx *c, void *self)
{
    const struct mask_random *s = self;

    if (!c->din[0].data)
        return NNP_OK;
    return mask(c, s->p, &c->dout[0], nnp_f32(&c->din[0]));
}

static const nnp_component mask_random = {
    NNP_COMPONENT("transform", "mask.random"),
    .doc = "sets elements to 0 at random",
    .flags = NNP_CORRUPTS | NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE_BWD,
    .self_size = sizeof(struct mask_random),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
};

NNP_PLUGIN(mask_random, NNP_OURS, &mask_random)
