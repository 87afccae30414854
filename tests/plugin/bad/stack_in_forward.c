/* SPDX-License-Identifier: MIT */
/* Recursion without an end: the stack is used up. */
#include "bad.h"

static int deeper(nnp_ctx *c, volatile char *above)
{
    volatile char frame[4096];

    frame[0] = *above;
    return c->size ? deeper(c, frame) + frame[0] : 0; /* the size is never 0 */
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return deeper(c, (volatile char *)c->in[0].data);
}

static const nnp_component component = { BAD_HEAD("stack_in_forward"), .setup = bad_setup,
                                         .forward = forward, .backward = bad_backward };
NNP_PLUGIN(stack_in_forward, "1.0", "MIT", "", &component)
