/* SPDX-License-Identifier: MIT */
/*
 * median: a trial whose best value so far is worse than the median of what the others had
 * after as many epochs ends; after `startup` whole trials, and `warmup` epochs of its
 * own.
 *
 * Golovin et al. (2017), "Google Vizier".
 */
#include <stdlib.h>
#include <nnpipe/search.h>

struct median {
    int64_t startup, warmup;
    double  percent;
};

static const nnp_param params[] = {
    { "startup", NNP_INT, offsetof(struct median, startup), "5", "[1,1000000]",
      "whole trials before any is ended", "trials" },
    { "warmup", NNP_INT, offsetof(struct median, warmup), "1", "[1,1000000]",
      "from which epoch on", "epochs" },
    { "percent", NNP_REAL, offsetof(struct median, percent), "50", "(0,100)",
      "of the others that are better; 50 is the median", "%" },
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Between two values in proportion, as numpy has it. */
static double quantile(const double *v, int64_t n, double percent)
{
    double  at = (double)(n - 1) * percent / 100;
    int64_t i = (int64_t)floor(at);

    return i + 1 < n ? v[i] + (at - (double)i) * (v[i + 1] - v[i]) : v[n - 1];
}

static int forward(nnp_ctx *c, void *self)
{
    const struct median *p = (const struct median *)self;
    const nnp_search    *s = nnp_search_of(c);
    int64_t              epoch = (int64_t)c->epoch, last, n = 0, done = 0;

    if (!s)
        return nnp_fail(c, NNP_ENOTSUP, "this host searches nothing");
    last = s->trials(c) - 1;
    double *v = (double *)calloc((size_t)last + 1, sizeof *v);
    if (!v)
        return nnp_fail(c, NNP_ENOMEM, "no memory for %lld trials", (long long)last);
    for (int64_t i = 0; i < last; i++) {
        v[n] = s->at(c, i, epoch);
        n += !isnan(v[n]);
        done += s->trial(c, i)->state == NNP_TRIAL_DONE;
    }
    if (n)
        qsort(v, (size_t)n, sizeof *v, ascending);
    int ends = epoch >= p->warmup && done >= p->startup && n &&
               !(s->at(c, last, epoch) <= quantile(v, n, p->percent));
    free(v);
    return ends ? NNP_EOF : NNP_OK;
}

static const nnp_component median = {
    NNP_COMPONENT("pruner", "median"),
    .doc = "ends a trial that is worse than the median of the others",
    .self_size = sizeof(struct median),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(median, NNP_OURS, &median)
