/* SPDX-License-Identifier: MIT */
/*
 * psnr: peak signal-to-noise ratio in decibels, 10 log10(peak^2 / mse), of the mean
 * squared error over all elements of all rows; with a mask, over the elements it weighs.
 * Infinite where nothing differs. With `each` it is the mean of the ratios of single
 * rows, the larger number of the two; a row then counts 100 dB at most, and one of which
 * the mask weighs nothing does not count.
 */
#include <math.h>

#include <nnpipe/pairs.h>

struct psnr {
    double  peak;
    int32_t each;
};

static const nnp_param params[] = {
    { "peak", NNP_REAL | NNP_MAIN, offsetof(struct psnr, peak), "1", "(0,inf)",
      "distance from black to white", NULL },
    { "each", NNP_BOOL, offsetof(struct psnr, each), "false", NULL,
      "mean of the ratios of single rows", NULL },
};

/* The sums are of squared errors and of what they weigh; with `each`, of ratios and rows.
 */
enum { SUM = NNP_PAIRS_SUM, WEIGHT = NNP_PAIRS_WEIGHT, STATES = NNP_PAIRS_STATES };

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_pairs_setup(c, NULL);
}

static double ratio(const struct psnr *s, const double *sums)
{
    double mse = sums[SUM] / sums[WEIGHT];

    return 10 * log10(s->peak * s->peak / mse);
}

static int fit(nnp_ctx *c, void *self)
{
    const struct psnr *s = self;
    double            *sums = c->state[0].data;

    for (size_t i = 0; i < (size_t)c->in[0].shape[0]; i++) {
        double row[STATES] = { 0 };

        nnp_pairs_add(c, i, nnp_pairs_square, s->each ? row : sums);
        if (row[WEIGHT] > 0) {
            sums[SUM] += fmin(ratio(s, row), 100);
            sums[WEIGHT]++;
        }
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const struct psnr *s = self;
    const double      *sums = c->state[0].data;

    return c->host->report(c, "psnr",
                           s->each ? sums[SUM] / sums[WEIGHT] : ratio(s, sums));
}

/* clang-format off */
static const nnp_component psnr = {
    NNP_COMPONENT("metric", "psnr"), .doc = "peak signal-to-noise ratio in decibels",
    .flags = NNP_HIGHER,
    .min_in = 2, .max_in = 3, .self_size = sizeof(struct psnr), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(psnr, NNP_OURS, &psnr)
