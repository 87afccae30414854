/* SPDX-License-Identifier: MIT */
/* Calls abort while computing. */
#include "bad.h"

#include <stdlib.h>

static int forward(nnp_ctx *c, void *self)
{
    (void)c;
    (void)self;
    abort();
}

static const nnp_component component = { BAD_HEAD("abort_in_forward"), .setup = bad_setup,
                                         .forward = forward, .backward = bad_backward };
NNP_PLUGIN(abort_in_forward, "1.0", "MIT", "", &component)
