/* SPDX-License-Identifier: MIT */
/*
 * multinomial_nb: naive Bayes of counts, as of words in a text: a class has a share for
 * each column, (what its rows add up to + alpha) / (that of all columns + alpha *
 * columns).
 */
#include <math.h>
#include <string.h>

#include <nnpipe/counts.h>
#include <nnpipe/plugin.h>

struct multinomial_nb {
    double     alpha;
    int32_t    fit_prior, pad;
    nnp_target target;
};

static const nnp_param params[] = {
    { "alpha", NNP_REAL | NNP_MAIN, offsetof(struct multinomial_nb, alpha), "1",
      "(0,inf)", "added to every count, so that nothing is impossible", NULL },
    { "fit_prior", NNP_BOOL, offsetof(struct multinomial_nb, fit_prior), "true", NULL,
      "classes begin with their part of the rows; else all alike", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    struct multinomial_nb *s = self;

    return nnp_counts_setup(c, &s->target);
}

static double value(const void *self, float x)
{
    (void)self;
    return (double)x;
}

static int fit(nnp_ctx *c, void *self)
{
    const struct multinomial_nb *s = self;

    return nnp_counts_fit(c, &s->target, s, value, 0);
}

static int finish(nnp_ctx *c, void *self)
{
    const struct multinomial_nb *s = self;
    int64_t                      d = s->target.columns;
    double                      *by = nnp_counts_of(c, NNP_COUNTS_LOG),
           *sum = nnp_counts_of(c, NNP_COUNTS_SUM);
    int rc = nnp_counts_prior(c, &s->target, s->fit_prior);

    for (int64_t k = 0; !rc && k < s->target.classes; k++) {
        double all = s->alpha * (double)d;
        for (int64_t j = k * d; j < (k + 1) * d; j++)
            all += sum[j];
        for (int64_t j = k * d; j < (k + 1) * d; j++)
            by[j] = log((sum[j] + s->alpha) / all);
    }
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct multinomial_nb *s = self;

    return nnp_counts_forward(c, &s->target, s, value);
}

static int say(const nnp_ctx *c, const void *self, char *out, size_t room)
{
    const struct multinomial_nb *s = self;

    (void)c;
    return snprintf(out, room, "%lld classes by counts of %lld columns",
                    (long long)s->target.classes, (long long)s->target.columns);
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.learned/1") == 0 ? (const void *)(uintptr_t)say : NULL;
}

static const nnp_component multinomial_nb = {
    NNP_COMPONENT("estimator", "multinomial_nb"),
    .doc = "naive Bayes of counts, as of words in a text",
    .min_in = 2,
    .max_in = 2,
    .ports = "x to",
    .self_size = sizeof(struct multinomial_nb),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
    .extension = extension,
};

NNP_PLUGIN(multinomial_nb, NNP_OURS, &multinomial_nb)
