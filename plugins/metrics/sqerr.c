/* SPDX-License-Identifier: MIT */
/*
 * sqerr: sum of (x - t)^2 over the elements of a row, mean over the rows. For images this
 * is the unit of Hinton and Salakhutdinov (2006), "Reducing the dimensionality of data
 * with neural networks". With a mask, elements count by their weight in the sum.
 */
#include <nnpipe/data.h>
#include <nnpipe/pairs.h>

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_pairs_setup(c, NULL);
}

static int fit(nnp_ctx *c, void *self)
{
    double *sums = c->state[0].data;

    (void)self;
    for (size_t i = 0; i < (size_t)c->in[0].shape[0]; i++) {
        double rows = sums[NNP_PAIRS_WEIGHT] + 1;

        nnp_pairs_add(c, i, nnp_pairs_square, sums);
        sums[NNP_PAIRS_WEIGHT] = rows; /* whatever the mask weighs */
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *sums = c->state[0].data;

    (void)self;
    return c->host->report(c, "sqerr", sums[NNP_PAIRS_SUM] / sums[NNP_PAIRS_WEIGHT]);
}

/* clang-format off */
static const nnp_component sqerr = {
    NNP_COMPONENT("metric", "sqerr"), .doc = "squared error of a whole row, mean over rows",
    .flags = NNP_IN_UNITS,
    .min_in = 2, .max_in = 3, .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(sqerr, NNP_OURS, &sqerr)
