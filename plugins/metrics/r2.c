/* SPDX-License-Identifier: MIT */
/*
 * r2: the coefficient of determination, 1 - sum (t - x)^2 / sum (t - mean t)^2: 1 for a
 * perfect prediction, 0 for one that always says the mean of the targets, below for
 * worse. Of several targets the mean over them, as scikit-learn's r2_score gives. Where a
 * target never changes, 1 if it is always met, else 0. NaN where there are less than two
 * rows.
 *
 * The sums of t and t^2 are kept in two doubles each, so that a large mean does not eat
 * the variance (Knuth's two-sum; the products by fma).
 */
#include <math.h>

#include <nnpipe/data.h>
#include <nnpipe/pairs.h>

static const nnp_param params[] = {
    NNP_PAIRS_PER,
};

enum { N, ERROR, T, T_LOW, TT, TT_LOW, STATES };

static int setup(nnp_ctx *c, void *self)
{
    int64_t sums[2] = { (int64_t)nnp_row(&c->in[0]), STATES };
    int     rc = nnp_pairs_check(c);

    (void)self;
    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "sums", NNP_F64, 2, sums, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* sum[0] + sum[1] grows by v, with what the addition loses kept in sum[1]. */
static void add(double *sum, double v)
{
    double s = sum[0] + v, of = s - sum[0];

    sum[1] += (sum[0] - (s - of)) + (v - of);
    sum[0] = s;
}

static int fit(nnp_ctx *c, void *self)
{
    size_t  d = nnp_row(&c->in[0]), n = nnp_count(&c->in[0]);
    double *all = c->state[0].data;

    (void)self;
    for (size_t i = 0; i < n; i++) {
        double  x = nnp_number(&c->in[0], i), t = nnp_number(&c->in[1], i), tt = t * t;
        double *sums = all + i % d * STATES;

        sums[N]++;
        sums[ERROR] += (t - x) * (t - x);
        add(&sums[T], t);
        add(&sums[TT], tt);
        sums[TT_LOW] += fma(t, t, -tt);
    }
    return NNP_OK;
}

/* sum (t - mean)^2 = sum t^2 - (sum t)^2 / n */
static double spread(const double *sums)
{
    double n = sums[N], square = sums[T] * sums[T], q = square / n;
    double rest =
        fma(-q, n, square) + fma(sums[T], sums[T], -square) + 2 * sums[T] * sums[T_LOW];
    double all = (sums[TT] - q) + (sums[TT_LOW] - rest / n);

    return all > 1e-28 * sums[TT] ? all : 0;
}

static double score(const double *sums)
{
    double all = spread(sums);

    if (!(sums[N] >= 2))
        return (double)NAN;
    if (all > 0 || isnan(sums[ERROR]))
        return 1 - sums[ERROR] / all;
    return sums[ERROR] == 0;
}

static int finish(nnp_ctx *c, void *self)
{
    const struct nnp_pairs *s = self;
    const double           *sums = c->state[0].data;
    int64_t                 d = c->state[0].shape[0];
    double                  all = 0;
    char                    key[32];
    int                     rc = NNP_OK;

    for (int64_t i = 0; rc >= 0 && i < d; i++) {
        double own = score(sums + i * STATES);

        all += own / (double)d;
        snprintf(key, sizeof key, "r2.%lld", (long long)i);
        if (s->per)
            rc = c->host->report(c, key, own);
    }
    return rc < 0 ? rc : c->host->report(c, "r2", all);
}

/* clang-format off */
static const nnp_component r2 = {
    NNP_COMPONENT("metric", "r2"), .doc = "part of the targets' variance that is explained",
    .flags = NNP_HIGHER | NNP_DETAILS,
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct nnp_pairs), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(r2, NNP_OURS, &r2)
