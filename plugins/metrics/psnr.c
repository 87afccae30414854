/* SPDX-License-Identifier: MIT */
/*
 * psnr: peak signal-to-noise ratio in decibels, 10 log10(peak^2 / mse), of the mean
 * squared error over all elements of all rows; with a mask, over the elements it weighs.
 * (A mean of the ratios of single images is another, larger number.) Infinite where
 * nothing differs.
 */
#include <math.h>

#include <nnpipe/pairs.h>
#include <nnpipe/plugin.h>

struct psnr {
    double peak;
};

static const nnp_param params[] = {
    { "peak", NNP_REAL | NNP_MAIN, offsetof(struct psnr, peak), "1", "(0,inf)",
      "distance from black to white", NULL },
};

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

        sums[SUM] += weight * e * e;
        sums[WEIGHT] += weight;
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const struct psnr *s = self;
    const double      *sums = c->state[0].data;
    double             mse = sums[SUM] / sums[WEIGHT];

    return c->host->report(c, "psnr", 10 * log10(s->peak * s->peak / mse));
}

/* clang-format off */
static const nnp_component psnr = {
    NNP_COMPONENT("metric", "psnr"), .doc = "peak signal-to-noise ratio in decibels",
    .flags = NNP_HIGHER,
    .min_in = 2, .max_in = 3, .self_size = sizeof(struct psnr), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(psnr, "1.0", "MIT", "https://example.org/nnpipe", &psnr)
