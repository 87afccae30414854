/* SPDX-License-Identifier: MIT */
/* Changes what it was given to read. */
#include "bad.h"

static int forward(nnp_ctx *c, void *self)
{
    float *x = nnp_f32(&c->in[0]);

    for (size_t i = 0, n = nnp_count(&c->in[0]); i < n; i++)
        x[i] *= 2;
    return bad_forward(c, self);
}

static const nnp_component component = { BAD_HEAD("writes_input"), .setup = bad_setup,
                                         .forward = forward, .backward = bad_backward };
NNP_PLUGIN(writes_input, "1.0", "MIT", "", &component)
