/* SPDX-License-Identifier: MIT */
/*
 * rmse: the root of mse, the mean of (x - t)^2 over all elements; with a mask, over the
 * elements it weighs. Of several targets scikit-learn's root_mean_squared_error is the
 * mean of the roots, which `per: target` gives each.
 */
#include <math.h>

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
    return nnp_pairs_report(c, self, "rmse", sqrt);
}

/* clang-format off */
static const nnp_component rmse = {
    NNP_COMPONENT("metric", "rmse"), .doc = "root of the mean squared error over all elements",
    .flags = NNP_IN_UNITS | NNP_DETAILS,
    .min_in = 2, .max_in = 3, .self_size = sizeof(struct nnp_pairs), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(rmse, NNP_OURS, &rmse)
