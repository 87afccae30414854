/* SPDX-License-Identifier: MIT */
/*
 * mse: mean of (x - t)^2 over all elements; with a mask, over the elements it weighs.
 */
#include <nnpipe/data.h>
#include <nnpipe/pairs.h>

static const nnp_param params[] = {
    NNP_PAIRS_PER,
};

static int setup(nnp_ctx *c, void *self)
{
    return nnp_pairs_setup(c, self);
}

static int fit(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_pairs_fit(c, nnp_pairs_square);
}

static int finish(nnp_ctx *c, void *self)
{
    return nnp_pairs_report(c, self, "mse", nnp_pairs_mean);
}

/* clang-format off */
static const nnp_component mse = {
    NNP_COMPONENT("metric", "mse"), .doc = "mean squared error over all elements",
    .flags = NNP_IN_UNITS | NNP_DETAILS,
    .min_in = 2, .max_in = 3, .self_size = sizeof(struct nnp_pairs), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(mse, NNP_OURS, &mse)
