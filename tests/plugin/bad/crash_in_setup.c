/* SPDX-License-Identifier: MIT */
/* Writes where no memory is while shapes are asked for. */
#include "bad.h"

static int setup(nnp_ctx *c, void *self)
{
    (void)c;
    (void)self;
    bad_crash();
    return NNP_OK;
}

static const nnp_component component = { BAD_HEAD("crash_in_setup"), .setup = setup,
                                         .forward = bad_forward,
                                         .backward = bad_backward };
NNP_PLUGIN(crash_in_setup, "1.0", "MIT", "", &component)
