/* SPDX-License-Identifier: MIT */
/* Writes one element behind its output. */
#include "bad.h"

static int forward(nnp_ctx *c, void *self)
{
    nnp_f32(&c->out[0])[nnp_count(&c->out[0])] = 1; /* one behind the last */
    return bad_forward(c, self);
}

static const nnp_component component = { BAD_HEAD("writes_past"), .setup = bad_setup,
                                         .forward = forward, .backward = bad_backward };
NNP_PLUGIN(writes_past, "1.0", "MIT", "", &component)
