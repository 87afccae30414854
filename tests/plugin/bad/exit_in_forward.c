/* SPDX-License-Identifier: MIT */
/* Calls exit while computing. */
#include "bad.h"

#include <stdlib.h>

static int forward(nnp_ctx *c, void *self)
{
    (void)c;
    (void)self;
    exit(0);
}

static const nnp_component component = { BAD_HEAD("exit_in_forward"), .setup = bad_setup,
                                         .forward = forward, .backward = bad_backward };
NNP_PLUGIN(exit_in_forward, "1.0", "MIT", "", &component)
