/* SPDX-License-Identifier: MIT */
/* A transform that is right twice and then crashes, on the thread that makes the next
 * batch while the net learns from this one. */
#include "bad.h"

static int forward(nnp_ctx *c, void *self)
{
    static int calls;

    if (__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED) == 2)
        bad_crash();
    return bad_forward(c, self);
}

static const nnp_component component = { NNP_COMPONENT("transform", "crash_ahead"),
                                         .doc = "y = x, with a fault", .setup = bad_setup,
                                         .forward = forward };
NNP_PLUGIN(crash_ahead, "1.0", "MIT", "", &component)
