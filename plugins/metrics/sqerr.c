/* SPDX-License-Identifier: MIT */
/*
 * sqerr: sum of (x - t)^2 over the elements of a row, mean over the rows. For images this
 * is the unit of Hinton and Salakhutdinov (2006), "Reducing the dimensionality of data
 * with neural networks". With a mask, elements count by their weight in the sum.
 */
#include <nnpipe/pairs.h>
#include <nnpipe/plugin.h>

enum { SUM, ROWS, STATES };

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

        sums[SUM] += weight * e * e;
    }
    sums[ROWS] += (double)c->in[0].shape[0];
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *sums = c->state[0].data;

    (void)self;
    return c->host->report(c, "sqerr", sums[SUM] / sums[ROWS]);
}

/* clang-format off */
static const nnp_component sqerr = {
    NNP_COMPONENT("metric", "sqerr"), .doc = "squared error of a whole row, mean over rows",
    .min_in = 2, .max_in = 3, .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(sqerr, "1.0", "MIT", "https://example.org/nnpipe", &sqerr)
