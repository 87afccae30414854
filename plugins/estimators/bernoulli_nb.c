/* SPDX-License-Identifier: MIT */
/*
 * bernoulli_nb: naive Bayes of columns that are above `binarize` or not: a class has a
 * chance of that for each, (rows where it is + alpha) / (rows + 2 alpha).
 */
#include <math.h>
#include <string.h>

#include <nnpipe/counts.h>
#include <nnpipe/plugin.h>

struct bernoulli_nb {
    double     alpha, binarize;
    int32_t    fit_prior, pad;
    nnp_target target;
};

static const nnp_param params[] = {
    { "alpha", NNP_REAL | NNP_MAIN, offsetof(struct bernoulli_nb, alpha), "1", "(0,inf)",
      "added to every count, so that nothing is impossible", NULL },
    { "binarize", NNP_REAL, offsetof(struct bernoulli_nb, binarize), "0", NULL,
      "a number above it counts 1, any other 0", NULL },
    { "fit_prior", NNP_BOOL, offsetof(struct bernoulli_nb, fit_prior), "true", NULL,
      "classes begin with their part of the rows; else all alike", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    struct bernoulli_nb *s = self;

    return nnp_counts_setup(c, &s->target);
}

static double value(const void *self, float x)
{
    const struct bernoulli_nb *s = self;

    return (double)x > s->binarize;
}

static int fit(nnp_ctx *c, void *self)
{
    const struct bernoulli_nb *s = self;

    return nnp_counts_fit(c, &s->target, s, value, -INFINITY);
}

static int finish(nnp_ctx *c, void *self)
{
    const struct bernoulli_nb *s = self;
    int64_t                    d = s->target.columns;
    double                    *by = nnp_counts_of(c, NNP_COUNTS_LOG),
           *sum = nnp_counts_of(c, NNP_COUNTS_SUM);
    int rc = nnp_counts_prior(c, &s->target, s->fit_prior);

    for (int64_t k = 0; !rc && k < s->target.classes; k++) {
        double rows = nnp_counts_of(c, NNP_COUNTS_ROWS)[k] + 2 * s->alpha;
        for (int64_t j = k * d; j < (k + 1) * d; j++) {
            double no = log((rows - sum[j] - s->alpha) / rows);
            by[j] = log((sum[j] + s->alpha) / rows) - no;
            nnp_counts_of(c, NNP_COUNTS_BASE)[k] += no;
        }
    }
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct bernoulli_nb *s = self;

    return nnp_counts_forward(c, &s->target, s, value);
}

static int say(const nnp_ctx *c, const void *self, char *out, size_t room)
{
    const struct bernoulli_nb *s = self;

    (void)c;
    return snprintf(out, room, "%lld classes by counts of %lld columns",
                    (long long)s->target.classes, (long long)s->target.columns);
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.learned/1") == 0 ? (const void *)(uintptr_t)say : NULL;
}

static const nnp_component bernoulli_nb = {
    NNP_COMPONENT("estimator", "bernoulli_nb"),
    .doc = "naive Bayes: is a column above a number or not",
    .min_in = 2,
    .max_in = 2,
    .ports = "x to",
    .self_size = sizeof(struct bernoulli_nb),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
    .extension = extension,
};

NNP_PLUGIN(bernoulli_nb, NNP_OURS, &bernoulli_nb)
