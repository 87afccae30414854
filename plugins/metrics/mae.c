/* SPDX-License-Identifier: MIT */
/*
 * mae: mean of |x - t| over all elements; with a mask, over the elements it weighs.
 */
#include <math.h>

#include <nnpipe/pairs.h>
#include <nnpipe/plugin.h>

enum { SUM, WEIGHT, STATES };

static int setup(nnp_ctx *c, void *self)
{
    int64_t n = STATES;
    int     rc = nnp_pairs_check(c);

    (void)self;
    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "sums", NNP_F64, 1, &n, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int fit(nnp_ctx *c, void *self)
{
    size_t  d = nnp_row(&c->in[0]), m = c->n_in > 2 ? nnp_row(&c->in[2]) : 0;
    double *sums = c->state[0].data;

    (void)self;
    for (size_t i = 0, n = nnp_count(&c->in[0]); i < n; i++) {
        double e = nnp_number(&c->in[0], i) - nnp_number(&c->in[1], i);
        double weight = m ? nnp_number(&c->in[2], i / d * m + i % d % m) : 1;

        sums[SUM] += weight * fabs(e);
        sums[WEIGHT] += weight;
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *sums = c->state[0].data;

    (void)self;
    return c->host->report(c, "mae", sums[SUM] / sums[WEIGHT]);
}

/* clang-format off */
static const nnp_component mae = {
    NNP_COMPONENT("metric", "mae"), .doc = "mean absolute error over all elements",
    .min_in = 2, .max_in = 3, .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(mae, "1.0", "MIT", "https://example.org/nnpipe", &mae)
