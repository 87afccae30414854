/* SPDX-License-Identifier: MIT */
/* Calls a function that no library here has. */
#include "bad.h"

extern float not_anywhere(float x);

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    nnp_f32(&c->out[0])[0] = not_anywhere(nnp_f32(&c->in[0])[0]);
    return NNP_OK;
}

static const nnp_component component = { BAD_HEAD("undefined_symbol"), .setup = bad_setup,
                                         .forward = forward };
NNP_PLUGIN(undefined_symbol, "1.0", "MIT", "", &component)
