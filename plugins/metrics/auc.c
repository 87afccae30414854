/* SPDX-License-Identifier: MIT */
/*
 * auc: the area under the ROC curve, which is how often a row of the class has a higher
 * score than a row of another class; equal scores count half. It comes from the ranks
 * (Mann and Whitney 1947): (R - p (p + 1) / 2) / (p n), R being the sum of the ranks of
 * the p rows of the class among p + n, equal scores sharing the mean of their ranks.
 *
 * A single column, or two, is about class 1. Of more classes each is compared with all
 * others: `macro` is the mean over the classes, `weighted` weighs them by their rows,
 * `none` is macro with a figure for each class beside it, auc.0, auc.1. That is
 * scikit-learn's roc_auc_score with multi_class="ovr". A class that all rows are of, or
 * none, has no area; if none has one, or a score is NaN, the figure is NaN.
 */
#include <stdio.h>
#include <stdlib.h>

#include <nnpipe/classes.h>
#include <nnpipe/data.h>

struct auc {
    double  threshold;
    int32_t average;
};

enum { MACRO, WEIGHTED, NONE };

static const nnp_param params[] = {
    { "average", NNP_ENUM | NNP_MAIN, offsetof(struct auc, average), "macro",
      "macro|weighted|none", "over the classes; `none`: a figure for each", NULL },
    { "threshold", NNP_REAL, offsetof(struct auc, threshold), "0.5", NULL,
      "a single target above it is class 1", NULL },
};

struct scored {
    double score, is; /* is: 1 for a row of the class */
};

/* Of each class that is compared: its area and its rows. */
enum { AREA, ROWS, STATES };

/* A single column and two scores are one comparison. */
static size_t compared(const nnp_ctx *c)
{
    return nnp_classes(c) > 2 ? nnp_classes(c) : 1;
}

static int setup(nnp_ctx *c, void *self)
{
    int64_t table[2] = { (int64_t)compared(c), STATES }, sides = NNP_SIDES;
    int64_t rows[2] = { (int64_t)nnp_classes_rows(c), 2 };
    int     rc = nnp_classes_check(c, 1);

    (void)self;
    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "areas", NNP_F64, 2, table, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "sides", NNP_F64, 1, &sides, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "scores", NNP_F64, 2, rows, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int by_score(const void *a, const void *b)
{
    double x = ((const struct scored *)a)->score, y = ((const struct scored *)b)->score;

    return (x > y) - (x < y);
}

/* The scores of a class, and whose they are. 1: one of them is NaN. */
static int collect(nnp_ctx *c, const struct auc *s, size_t class, struct scored *to)
{
    size_t  k = nnp_classes(c), n = nnp_classes_rows(c), at = k > 1 ? class : 0;
    double *sides = c->state[1].data;
    int     hidden = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t t = k > 1 ? nnp_classes_target(c, i, k)
                          : nnp_classes_side(c, i, s->threshold, sides);

        if (t < -1)
            return (int)t;
        to[i].score = nnp_number(&c->in[0], i * k + at);
        to[i].is = t == (int64_t) class;
        hidden |= to[i].score != to[i].score;
    }
    return hidden;
}

/* Sorted scores; equal ones have the mean of their ranks. */
static double area(const struct scored *v, size_t n)
{
    double ranks = 0, own = 0;

    for (size_t i = 0, end; i < n; i = end) {
        double of_class = 0;

        for (end = i; end < n && v[end].score == v[i].score; end++)
            of_class += v[end].is;
        ranks += of_class * ((double)(i + 1) + (double)end) / 2;
        own += of_class;
    }
    return (ranks - own * (own + 1) / 2) / (own * ((double)n - own));
}

static int fit(nnp_ctx *c, void *self)
{
    double        *areas = c->state[0].data;
    struct scored *v = c->scratch[0].data;
    size_t         n = nnp_classes_rows(c), classes = compared(c);

    for (size_t k = 0; k < classes; k++, areas += STATES) {
        int rc = collect(c, self, classes > 1 ? k : 1, v);

        if (rc < 0)
            return rc;
        for (size_t i = 0; i < n; i++)
            areas[ROWS] += v[i].is;
        qsort(v, n, sizeof *v, by_score);
        areas[AREA] = rc ? (double)NAN : area(v, n);
        areas[ROWS] = rc ? (double)NAN : areas[ROWS];
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const struct auc *s = self;
    const double     *areas = c->state[0].data;
    double            sum = 0, weights = 0;
    char              key[32];
    int               rc = NNP_OK;

    for (int64_t k = 0; rc >= 0 && k < c->state[0].shape[0]; k++, areas += STATES) {
        double w = s->average == WEIGHTED ? areas[ROWS] : 1;

        snprintf(key, sizeof key, "auc.%lld", (long long)k);
        if (s->average == NONE && c->state[0].shape[0] > 1)
            rc = c->host->report(c, key, areas[AREA]);
        if (isnan(areas[AREA]) && !isnan(areas[ROWS]))
            continue; /* nothing to compare with */
        sum += w * areas[AREA];
        weights += w;
    }
    return rc < 0 ? rc : c->host->report(c, "auc", sum / weights);
}

/* clang-format off */
static const nnp_component auc = {
    NNP_COMPONENT("metric", "auc"), .doc = "area under the ROC curve",
    .flags = NNP_HIGHER | NNP_ALL_ROWS | NNP_DETAILS,
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct auc), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(auc, NNP_OURS, &auc)
