/* SPDX-License-Identifier: MIT */
/*
 * For losses and metrics that compare a prediction, in[0], with a target, in[1], number
 * by number, and may weigh the numbers by a mask, in[2].
 *
 *     rc = nnp_pairs_check(c);     in setup: 0, or NNP_EINVAL after a sentence
 *
 * A row of the target has as many numbers as one of the prediction. The mask has the axes
 * of the prediction, or lacks the first ones after the rows: (rows,1,H,W) for
 * (rows,C,H,W). Header only, C99 and C++.
 */
#ifndef NNPIPE_PAIRS_H
#define NNPIPE_PAIRS_H

#include <stdio.h>

#include <nnpipe/plugin.h>

/* Whether a mask has the axes of x, or all but the first ones after the rows. */
static inline int nnp_pairs_covers(const nnp_tensor *mask, const nnp_tensor *x)
{
    int32_t i = mask->ndim - 1, j = x->ndim - 1;

    if (mask->ndim < 1 || mask->shape[0] != x->shape[0])
        return 0;
    for (; i > 0 && j > 0 && mask->shape[i] == x->shape[j]; i--)
        j--;
    while (i > 0 && mask->shape[i] == 1)
        i--;
    return i == 0 || nnp_row(mask) == nnp_row(x);
}

static inline int nnp_pairs_check(nnp_ctx *c)
{
    const nnp_tensor *x = &c->in[0], *t = &c->in[1];

    if (x->ndim < 1 || t->ndim < 1 || t->shape[0] != x->shape[0] ||
        nnp_row(t) != nnp_row(x))
        return nnp_fail(
            c, NNP_EINVAL,
            "the prediction has %zu numbers a row, the target %zu: as many are needed",
            nnp_row(x), nnp_row(t));
    if (c->n_in > 2 && !nnp_pairs_covers(&c->in[2], x))
        return nnp_fail(c, NNP_EINVAL, "the mask has other axes than the prediction");
    return NNP_OK;
}

/* ---- a metric that sums over the pairs ---- */

enum { NNP_PAIRS_SUM, NNP_PAIRS_WEIGHT, NNP_PAIRS_STATES };

/* Its parameters: first member of self, first line of the table. */
struct nnp_pairs {
    int32_t per; /* 1: each column also for itself */
};
#define NNP_PAIRS_PER                                                                    \
    {                                                                                    \
        "per", NNP_ENUM, 0, "all", "all|target",                                         \
            "`target`: each number of a row for itself as well, NAME.0, NAME.1", NULL    \
    }

/* setup: as state[0] the two sums, or those of each column. */
static inline int nnp_pairs_setup(nnp_ctx *c, const struct nnp_pairs *s)
{
    int64_t sums[2] = { s && s->per ? (int64_t)nnp_row(&c->in[0]) : 1, NNP_PAIRS_STATES };
    int     rc = nnp_pairs_check(c);

    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "sums", NNP_F64, 2, sums, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* Adds what the numbers of a row differ by, weighed by the mask, and the weights. */
static inline void nnp_pairs_add(const nnp_ctx *c, size_t row,
                                 double of(double difference), double *sums)
{
    size_t d = nnp_row(&c->in[0]), m = c->n_in > 2 ? nnp_row(&c->in[2]) : 0;
    size_t step = c->state[0].shape[0] > 1 ? NNP_PAIRS_STATES : 0;

    for (size_t i = 0; i < d; i++, sums += step) {
        double e =
            nnp_number(&c->in[0], row * d + i) - nnp_number(&c->in[1], row * d + i);
        double weight = m ? nnp_number(&c->in[2], row * m + i % m) : 1;

        sums[NNP_PAIRS_SUM] += weight * of(e);
        sums[NNP_PAIRS_WEIGHT] += weight;
    }
}

/* fit of such a metric. */
static inline int nnp_pairs_fit(nnp_ctx *c, double of(double difference))
{
    for (size_t i = 0; i < (size_t)c->in[0].shape[0]; i++)
        nnp_pairs_add(c, i, of, (double *)c->state[0].data);
    return NNP_OK;
}

/* finish: `of` the mean over all elements, and over those of each column. */
static inline int nnp_pairs_report(nnp_ctx *c, const struct nnp_pairs *s,
                                   const char *name, double of(double mean))
{
    const double *sums = (const double *)c->state[0].data;
    double        all[NNP_PAIRS_STATES] = { 0, 0 };
    char          key[64];
    int           rc = NNP_OK;

    for (int64_t i = 0; i < c->state[0].shape[0]; i++)
        for (int k = 0; k < NNP_PAIRS_STATES; k++)
            all[k] += sums[i * NNP_PAIRS_STATES + k];
    rc = c->host->report(c, name, of(all[NNP_PAIRS_SUM] / all[NNP_PAIRS_WEIGHT]));
    for (int64_t i = 0; s->per && rc >= 0 && i < c->state[0].shape[0]; i++) {
        const double *own = sums + i * NNP_PAIRS_STATES;

        snprintf(key, sizeof key, "%s.%lld", name, (long long)i);
        rc = c->host->report(c, key, of(own[NNP_PAIRS_SUM] / own[NNP_PAIRS_WEIGHT]));
    }
    return rc < 0 ? rc : NNP_OK;
}

static inline double nnp_pairs_mean(double mean)
{
    return mean;
}

static inline double nnp_pairs_square(double e)
{
    return e * e;
}
#endif
