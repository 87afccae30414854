/* SPDX-License-Identifier: MIT */
/*
 * mse: mean of (x - t)^2 over all elements; with a mask, over the elements it weighs.
 */
#include <nnpipe/pairs.h>

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_pairs_setup(c);
}

static int fit(nnp_ctx *c, void *self)
{
    double *sums = c->state[0].data;

    (void)self;
    for (size_t i = 0; i < (size_t)c->in[0].shape[0]; i++)
        nnp_pairs_add(c, i, nnp_pairs_square, sums);
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *sums = c->state[0].data;

    (void)self;
    return c->host->report(c, "mse", sums[NNP_PAIRS_SUM] / sums[NNP_PAIRS_WEIGHT]);
}

/* clang-format off */
static const nnp_component mse = {
    NNP_COMPONENT("metric", "mse"), .doc = "mean squared error over all elements",
    .min_in = 2, .max_in = 3, .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(mse, NNP_OURS, &mse)
