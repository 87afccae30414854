/* SPDX-License-Identifier: MIT */
/* Writes where no memory is while computing. */
#include "bad.h"

static int forward(nnp_ctx *c, void *self)
{
    bad_crash();
    return bad_forward(c, self);
}

static const nnp_component component = { BAD_HEAD("crash_in_forward"), .setup = bad_setup,
                                         .forward = forward, .backward = bad_backward };
NNP_PLUGIN(crash_in_forward, "1.0", "MIT", "", &component)
