/* SPDX-License-Identifier: MIT */
/* Writes where no memory is on the way back. */
#include "bad.h"

static int backward(nnp_ctx *c, void *self)
{
    bad_crash();
    return bad_backward(c, self);
}

static const nnp_component component = { BAD_HEAD("crash_in_backward"),
                                         .setup = bad_setup, .forward = bad_forward,
                                         .backward = backward };
NNP_PLUGIN(crash_in_backward, "1.0", "MIT", "", &component)
