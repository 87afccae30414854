/* SPDX-License-Identifier: MIT */
/* Returns an error and gives no reason. */
#include "bad.h"

static int forward(nnp_ctx *c, void *self)
{
    (void)c;
    (void)self;
    return NNP_EMATH;
}

static const nnp_component component = { BAD_HEAD("fails_silently"), .setup = bad_setup,
                                         .forward = forward, .backward = bad_backward };
NNP_PLUGIN(fails_silently, "1.0", "MIT", "", &component)
