/* SPDX-License-Identifier: MIT */
/*
 * precision, recall, f1, balanced_accuracy: of the rows (or tokens) taken for a class,
 * the part that is of it; of those that are of it, the part taken for it; the harmonic
 * mean of the two; the mean recall of the classes that there are. Classes are found as by
 * accuracy. A row with a NaN is taken for no class.
 *
 * `average` as in scikit-learn's precision_score: `macro` is the mean over the classes
 * that occur, as target or as prediction, `weighted` the same weighed by how often each
 * is the target, `micro` counts over all classes at once, `binary` is class 1 of a single
 * column or of two, `none` is macro with a figure for each class beside it, f1.0, f1.1.
 * `auto` is binary for a single column, else macro. A part of nothing is 0.
 */
#include <stdio.h>

#include <nnpipe/data.h>
#include <nnpipe/classes.h>

struct precision {
    double  threshold;
    int32_t average;
};

enum { AUTO, MACRO, MICRO, WEIGHTED, BINARY, NONE };

static const nnp_param params[] = {
    { "average", NNP_ENUM | NNP_MAIN, offsetof(struct precision, average), "auto",
      "auto|macro|micro|weighted|binary|none",
      "over the classes; `none`: a figure for each; `auto`: binary for one column, else "
      "macro",
      NULL },
    { "threshold", NNP_REAL, offsetof(struct precision, threshold), "0.5", NULL,
      "above it, a single number is class 1", NULL },
};

/* Of each class: rows of it that were taken for it, were taken for it, are of it. */
enum { RIGHT, TAKEN, ARE, STATES };

static int setup(nnp_ctx *c, void *self)
{
    const struct precision *s = self;
    int64_t k = nnp_classes(c) > 1 ? (int64_t)nnp_classes(c) : 2, table[] = { k, STATES };
    int64_t sides = NNP_SIDES;
    int     rc = nnp_classes_check(c, 1);

    if (!rc && s->average == BINARY && k != 2)
        rc = nnp_fail(c, NNP_EINVAL,
                      "average: binary is for two classes, here are %lld; macro, micro "
                      "and weighted are for any",
                      (long long)k);
    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "counts", NNP_F64, 2, table, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "sides", NNP_F64, 1, &sides, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int fit(nnp_ctx *c, void *self)
{
    const struct precision *s = self;
    double                 *counts = c->state[0].data, *sides = c->state[1].data;
    size_t                  n = nnp_classes_rows(c);

    for (size_t i = 0; i < n; i++) {
        int64_t x, t = nnp_classes_pair(c, i, s->threshold, sides, &x);

        if (t < -1)
            return (int)t;
        if (t >= 0)
            counts[t * STATES + ARE]++;
        if (x >= 0)
            counts[x * STATES + TAKEN]++;
        if (x >= 0 && x == t)
            counts[t * STATES + RIGHT]++;
    }
    return NNP_OK;
}

typedef double figure(const double *counts);

static double part(double of, double all)
{
    return all > 0 ? of / all : 0;
}

static double of_taken(const double *n)
{
    return part(n[RIGHT], n[TAKEN]);
}

static double of_theirs(const double *n)
{
    return part(n[RIGHT], n[ARE]);
}

static double harmonic(const double *n)
{
    return part(2 * n[RIGHT], n[TAKEN] + n[ARE]);
}

static double micro(const double *counts, int64_t k, figure *of)
{
    double all[STATES] = { 0 };

    for (int64_t i = 0; i < k * STATES; i++)
        all[i % STATES] += counts[i];
    return of(all);
}

static double mean(const double *counts, int64_t k, figure *of, int weighted)
{
    double sum = 0, weights = 0;

    for (int64_t i = 0; i < k; i++) {
        const double *n = counts + i * STATES;
        double        w = weighted ? n[ARE] : n[ARE] + n[TAKEN] > 0;

        sum += w * of(n);
        weights += w;
    }
    return part(sum, weights);
}

/* What a parameter says of how the classes are put together. */
static int average_of(const nnp_ctx *c, const struct precision *s)
{
    if (s->average == AUTO)
        return nnp_classes(c) > 1 ? MACRO : BINARY;
    return s->average;
}

static int each(nnp_ctx *c, const char *name, figure *of)
{
    const double *counts = c->state[0].data;
    char          key[64];
    int           rc = NNP_OK;

    for (int64_t i = 0; rc >= 0 && i < c->state[0].shape[0]; i++) {
        snprintf(key, sizeof key, "%s.%lld", name, (long long)i);
        rc = c->host->report(c, key, of(counts + i * STATES));
    }
    return rc;
}

static int report(nnp_ctx *c, const struct precision *s, const char *name, figure *of)
{
    const double *counts = c->state[0].data;
    int64_t       k = c->state[0].shape[0];
    int           average = average_of(c, s), rc = NNP_OK;
    double        v;

    if (average == BINARY)
        v = of(counts + STATES);
    else if (average == MICRO)
        v = micro(counts, k, of);
    else
        v = mean(counts, k, of, average == WEIGHTED);
    if (average == NONE)
        rc = each(c, name, of);
    return rc < 0 ? rc : c->host->report(c, name, v);
}

static int finish_precision(nnp_ctx *c, void *self)
{
    return report(c, self, "precision", of_taken);
}

static int finish_recall(nnp_ctx *c, void *self)
{
    return report(c, self, "recall", of_theirs);
}

static int finish_f1(nnp_ctx *c, void *self)
{
    return report(c, self, "f1", harmonic);
}

static int finish_balanced(nnp_ctx *c, void *self)
{
    const double *n = c->state[0].data;
    double        sum = 0, classes = 0;

    (void)self;
    for (int64_t i = 0; i < c->state[0].shape[0]; i++, n += STATES) {
        sum += of_theirs(n);
        classes += n[ARE] > 0;
    }
    return c->host->report(c, "balanced_accuracy", part(sum, classes));
}

static int setup_balanced(nnp_ctx *c, void *self)
{
    struct precision s = { *(const double *)self, MACRO };

    return setup(c, &s);
}

static int fit_balanced(nnp_ctx *c, void *self)
{
    struct precision s = { *(const double *)self, MACRO };

    return fit(c, &s);
}

static const nnp_param balanced_params[] = {
    { "threshold", NNP_REAL, 0, "0.5", NULL, "above it, a single number is class 1",
      NULL },
};

/* clang-format off */
#define SHARED                                                                           \
    .flags = NNP_HIGHER | NNP_DETAILS, .min_in = 2, .max_in = 2,                         \
    .self_size = sizeof(struct precision), NNP_PARAMS(params), .setup = setup, .fit = fit

static const nnp_component precision = {
    NNP_COMPONENT("metric", "precision"),
    .doc = "part of the rows taken for a class that are of it", SHARED,
    .finish = finish_precision,
};
static const nnp_component recall = {
    NNP_COMPONENT("metric", "recall"),
    .doc = "part of the rows of a class that are taken for it", SHARED,
    .finish = finish_recall,
};
static const nnp_component f1 = {
    NNP_COMPONENT("metric", "f1"),
    .doc = "harmonic mean of precision and recall", SHARED, .finish = finish_f1,
};
static const nnp_component balanced = {
    NNP_COMPONENT("metric", "balanced_accuracy"), .doc = "mean recall of the classes",
    .flags = NNP_HIGHER, .min_in = 2, .max_in = 2, .self_size = sizeof(double),
    NNP_PARAMS(balanced_params), .setup = setup_balanced, .fit = fit_balanced,
    .finish = finish_balanced,
};
/* clang-format on */
NNP_PLUGIN(precision, NNP_OURS, &precision, &recall, &f1, &balanced)
