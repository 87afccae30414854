/* SPDX-License-Identifier: MIT */
/*
 * flatten: (rows, a, b, ...) becomes (rows, a * b * ...), the numbers in the same order.
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/plugin.h>

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];

    (void)self;
    if (x->ndim < 1)
        return nnp_fail(c, NNP_EINVAL, "flatten takes rows of numbers");
    int64_t shape[2] = { x->shape[0], (int64_t)nnp_row(x) };
    return c->host->declare(c, NNP_OUT, "y", NNP_F32, 2, shape, NULL);
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
    .forward = "y_k = x_k",
    .backward = "d(E, x_k) = d(E, y_k)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component flatten = {
    NNP_COMPONENT("layer", "flatten"), .doc = "one list of features a row, whatever the shape",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD,
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(flatten, NNP_OURS, &flatten)
