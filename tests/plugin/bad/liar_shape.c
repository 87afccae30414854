/* SPDX-License-Identifier: MIT */
/* Declares one column and writes as many as came in. */
#include "bad.h"

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    int64_t           shape[2] = { x->shape[0], 1 };

    (void)self;
    return c->host->declare(c, NNP_OUT, "y", nnp_type(x), 2, shape, NULL) < 0 ? NNP_EINVAL
                                                                              : NNP_OK;
}

static const nnp_component component = { BAD_HEAD("liar_shape"), .setup = setup,
                                         .forward = bad_forward,
                                         .backward = bad_backward };
NNP_PLUGIN(liar_shape, "1.0", "MIT", "", &component)
