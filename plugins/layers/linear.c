/* SPDX-License-Identifier: MIT */
/*
 * linear: y = x, for where an activation is asked for and none is wanted.
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/plugin.h>

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

/* In place there is nothing to do. */
static int pass(const nnp_tensor *from, const nnp_tensor *to)
{
    if (to->data && to->data != from->data)
        memcpy(to->data, from->data, nnp_count(from) * sizeof(float));
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return pass(&c->in[0], &c->out[0]);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    return pass(&c->dout[0], &c->din[0]);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = x",
    .backward = "y' = 1",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component linear = {
    NNP_COMPONENT("layer", "linear"), .doc = "x: no activation",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD,
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(linear, NNP_OURS, &linear)
