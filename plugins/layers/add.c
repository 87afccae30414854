/* SPDX-License-Identifier: MIT */
/*
 * add: the sum of its inputs, element by element, in their order; what a residual
 * connection ends in (He, Zhang, Ren, Sun 2016, "Deep residual learning for image
 * recognition").
 */
#include <nnpipe/formula.h>
#include <nnpipe/inputs.h>
#include <nnpipe/math.h>

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_inputs_setup(c, "add");
}

NNP_HOT static void sum(const float *x, float *y, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_inputs_join(c, sum);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    for (uint32_t k = 0; k < c->n_in; k++)
        if (c->din[k].data && c->din[k].data != c->dout[0].data)
            memcpy(c->din[k].data, c->dout[0].data,
                   nnp_count(&c->dout[0]) * sizeof(float));
    return NNP_OK;
}

static int terms(nnp_ctx *c, const void *self, int64_t element, const nnp_terms *t)
{
    int rc = NNP_OK;

    (void)self;
    for (uint32_t k = 0; k < c->n_in && rc >= 0; k++)
        rc = t->add(t->arg, 1, nnp_of_nothing(), nnp_of_in(k, element));
    return rc;
}

static const nnp_formula formula = {
    sizeof formula, 0, .forward = "y = sum_i(x_i)", .backward = "d(E, x_i) = d(E, y)",
    .terms = terms,
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component add = {
    NNP_COMPONENT("layer", "add"), .doc = "the sum of its inputs",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD,
    .min_in = 2, .max_in = UINT32_MAX,
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(add, NNP_OURS, &add)
