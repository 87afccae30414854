/* SPDX-License-Identifier: MIT */
/*
 * Naive Bayes by counting, for plugins (bernoulli_nb, multinomial_nb): what rows of a class
 * add up to in each column, in one pass, and a share of the class for each column:
 *
 *   rc = nnp_counts_setup(c, &t);                          in setup
 *   rc = nnp_counts_fit(c, &t, s, value, least);           in fit
 *   rc = nnp_counts_prior(c, &t, fit_prior);               in finish, before the columns
 *
 * Header only.
 */
#ifndef NNPIPE_COUNTS_H
#define NNPIPE_COUNTS_H
#include <nnpipe/target.h>

enum { NNP_COUNTS_LOG, NNP_COUNTS_BASE, NNP_COUNTS_ROWS, NNP_COUNTS_SUM, NNP_COUNTS_SEEN };

/* out[1], "score", is the logarithm of prior times likelihood; `log` has what one more of a
 * column adds to it, `base` what a class begins with. */
static inline int nnp_counts_setup(nnp_ctx *c, nnp_target *t)
{
    int              rc = nnp_target_setup(c, t);
    int64_t          k = t->classes, d = t->columns;
    const nnp_wanted wanted[] = {
        { NNP_OUT, NNP_F32, "score", 2, { rc ? 0 : c->in[0].shape[0], k, 0 } },
        { NNP_STATE, NNP_F64, "log", 2, { k, d, 0 } },
        { NNP_STATE, NNP_F64, "base", 1, { k, 0, 0 } },
        { NNP_STATE | NNP_SUM, NNP_F64, "rows", 1, { k, 0, 0 } },
        { NNP_STATE | NNP_SUM, NNP_F64, "sum", 2, { k, d, 0 } },
        { NNP_STATE | NNP_SUM, NNP_F64, "seen", 1, { 1, 0, 0 } },
        { NNP_SCRATCH, NNP_F64, "share", 1, { k, 0, 0 } },
    };

    return rc ? rc : nnp_declare_all(c, wanted, sizeof wanted / sizeof *wanted);
}

static inline double *nnp_counts_of(const nnp_ctx *c, uint32_t state)
{
    return (double *)c->state[state].data;
}

/* The class of row i of the batch, which is counted; negative: a failure. */
static inline int64_t nnp_counts_class(nnp_ctx *c, const nnp_target *t, size_t i)
{
    int64_t k = nnp_target_class(c, t, i, *nnp_counts_of(c, NNP_COUNTS_SEEN));

    if (k >= 0)
        nnp_counts_of(c, NNP_COUNTS_ROWS)[k]++;
    return k;
}

/* `value` says how often a number of x counts; one below `least` is refused. */
static inline int nnp_counts_fit(nnp_ctx *c, const nnp_target *t, const void *self,
                                 double (*value)(const void *self, float x), float least)
{
    size_t  d = (size_t)t->columns, n = (size_t)c->in[0].shape[0];
    double *seen = nnp_counts_of(c, NNP_COUNTS_SEEN);
    int     rc = nnp_target_finite(c, *seen);

    for (size_t i = 0; !rc && i < n; i++) {
        int64_t k = nnp_counts_class(c, t, i);
        if (k < 0)
            return (int)k;
        const float *x = nnp_f32(&c->in[0]) + i * d;
        double      *sum = nnp_counts_of(c, NNP_COUNTS_SUM) + (size_t)k * d;
        for (size_t j = 0; j < d; j++) {
            if (x[j] < least)
                return nnp_fail(c, NNP_EIO,
                                "row %.0f, column %zu of x is %g: counts are not negative",
                                *seen + (double)i, j, (double)x[j]);
            sum[j] += value(self, x[j]);
        }
    }
    *seen += (double)n;
    return rc;
}

/* base becomes the logarithm of the part of the rows that a class has, or of an equal one.
 */
static inline int nnp_counts_prior(nnp_ctx *c, const nnp_target *t, int by_rows)
{
    const double *rows = nnp_counts_of(c, NNP_COUNTS_ROWS);
    double        n = 0;

    for (int64_t k = 0; k < t->classes; k++)
        n += rows[k];
    for (int64_t k = 0; k < t->classes; k++)
        nnp_counts_of(c, NNP_COUNTS_BASE)[k] =
            by_rows ? log(rows[k] / n) : -log((double)t->classes);
    return nnp_target_counted(c, rows, t->classes);
}

/* forward: `value` says how often a number of x counts. */
static inline int nnp_counts_forward(nnp_ctx *c, const nnp_target *t, const void *self,
                                     double (*value)(const void *self, float x))
{
    double *share = (double *)c->scratch[0].data;
    size_t  k = (size_t)t->classes, d = (size_t)t->columns;

    for (size_t i = 0; i < (size_t)c->in[0].shape[0]; i++) {
        const float *x = nnp_f32(&c->in[0]) + i * d;
        for (size_t j = 0; j < k; j++) {
            const double *by = nnp_counts_of(c, NNP_COUNTS_LOG) + j * d;
            share[j] = nnp_counts_of(c, NNP_COUNTS_BASE)[j];
            for (size_t m = 0; m < d; m++)
                share[j] += value(self, x[m]) * by[m];
            nnp_f32(&c->out[1])[i * k + j] = (float)share[j];
        }
        nnp_target_softmax(share, t->classes);
        nnp_target_put(c, t, i, share);
    }
    return NNP_OK;
}
#endif
