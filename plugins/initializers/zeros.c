/* SPDX-License-Identifier: MIT */
/*
 * zeros: every element 0.
 */
#include <string.h>

#include <nnpipe/plugin.h>

static int forward(nnp_ctx *c, void *self)
{
    const nnp_tensor *w = &c->out[0];

    (void)self;
    memset(w->data, 0, nnp_count(w) * w->bits / 8); /* all bits 0 is 0 in every type */
    return NNP_OK;
}

/* clang-format off */
static const nnp_component zeros = {
    NNP_COMPONENT("initializer", "zeros"), .doc = "every element 0",
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(zeros, NNP_OURS, &zeros)
