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
#include <nnpipe/plugin.h>

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

/* Of squared errors and of what they weigh; with `each`, of ratios and of rows. */
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

static double ratio(const struct psnr *s, const double *sums)
{
    double mse = sums[SUM] / sums[WEIGHT];

    return 10 * log10(s->peak * s->peak / mse);
}

static void add_up(const nnp_ctx *c, int64_t row, double *sums)
{
    size_t i = (size_t)row, d = nnp_row(&c->in[0]);
    size_t m = c->n_in > 2 ? nnp_row(&c->in[2]) : 0;

    for (size_t j = 0; j < d; j++) {
        double e = nnp_number(&c->in[0], i * d + j) - nnp_number(&c->in[1], i * d + j);
        double weight = m ? nnp_number(&c->in[2], i * m + j % m) : 1;

        sums[SUM] += weight * e * e;
        sums[WEIGHT] += weight;
    }
}

static int fit(nnp_ctx *c, void *self)
{
    const struct psnr *s = self;
    double            *sums = c->state[0].data;

    for (int64_t i = 0; i < c->in[0].shape[0]; i++) {
        double row[STATES] = { 0 };

        add_up(c, i, s->each ? row : sums);
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
NNP_PLUGIN(psnr, "1.0", "MIT", "https://example.org/nnpipe", &psnr)
