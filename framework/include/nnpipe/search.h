/* SPDX-License-Identifier: MIT */
/*
 * A search for good settings as its plugins see it: "nnp.search/1", an extension of the
 * host. Functions are for the thread of the slot; what they return lives as long as the
 * call.
 *
 * sampler  setup R: declares OUT "x", f64 [dims]; forward R: out[0] is the point of trial
 *          c->step, NNP_EOF: there are no more. The host rounds it to what a file says,
 *          drops what `when` turns off, and asks again (c->epoch counts, from 0) while the
 *          settings are known. `rand` is keyed by the seed of the search: nnp_search_draw
 *          gives each trial and count numbers of its own, nnp_search_common all of them
 *          the same.
 * pruner   forward R: after each epoch of trial c->step, c->epoch epochs long, which is
 *          the last of trials(): NNP_OK goes on, NNP_EOF ends it.
 * report   in `search.report`: forward R once, at the end of a search.
 *
 * A sampler and a pruner declare no STATE: all that they may know is in here, so that a
 * search goes on anywhere, by anybody, to the same trials.
 */
#ifndef NNPIPE_SEARCH_H
#define NNPIPE_SEARCH_H
#include <math.h>
#include <nnpipe/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Instead of NNP_OK: no more points, no more epochs. */
enum { NNP_EOF = 2 };
/* Or-ed to the flags of a sampler: it lists points in an order of its own, so trial 0 is
 * its first one. Else trial 0 is the file as it is written, if that lies in the space. */
enum { NNP_IN_ORDER = 4096 };

enum { NNP_DIM_REAL = 1, NNP_DIM_INT, NNP_DIM_CHOICE };
typedef struct nnp_dim { /* a key of search.space */
    uint32_t    size, kind;
    uint32_t    log; /* 1: its logarithm is what has steps of equal weight */
    uint32_t    n;   /* CHOICE: how many; else points of a grid, 0: not said */
    double      low, high; /* CHOICE: 0, n - 1 */
    double      step;      /* 0: none; INT, CHOICE: at least 1 */
    const char *name;      /* "optim.adam.lr" */
} nnp_dim;

enum { NNP_TRIAL_RUNNING = 1, NNP_TRIAL_DONE, NNP_TRIAL_STOPPED, NNP_TRIAL_FAILED };
typedef struct nnp_trial {
    uint32_t      size, state;
    int64_t       number, epochs;
    double        value; /* less is better, whatever the goal; inf: failed, unknown yet */
    const double *x;     /* by dimension: the value, CHOICE: its place; NaN: turned off */
} nnp_trial;

typedef struct nnp_search {
    uint32_t size, pad;
    uint32_t (*dims)(nnp_ctx *);
    const nnp_dim *(*dim)(nnp_ctx *, uint32_t i);
    int64_t (*trials)(nnp_ctx *); /* those before this one, by number; pruner: and this */
    const nnp_trial *(*trial)(nnp_ctx *, int64_t i);
    /* The best value of a trial up to an epoch, from 1; NaN: it did not get so far. */
    double (*at)(nnp_ctx *, int64_t i, int64_t epoch);
    /* 1: these settings were tried, or `only` leaves them out. */
    int (*known)(nnp_ctx *, const double *x);
    /* Makes of x what a file can say: rounded, NaN what `when` turns off. 0: it cannot. */
    int (*settle)(nnp_ctx *, double *x);
    int64_t (*epochs)(nnp_ctx *); /* of a whole trial; 0: the file says none */
    const char *(*text)(nnp_ctx *, uint32_t dim, double x); /* as in the file */
    /* 1: less of the goal's figure is better; -1: more is, and values are its negative. */
    int (*sign)(nnp_ctx *);
    const char *(*goal)(nnp_ctx *); /* "val.error" */
} nnp_search;

static inline const nnp_search *nnp_search_of(nnp_ctx *c)
{
    return (const nnp_search *)c->host->extension(c, "nnp.search/1");
}

/* The i-th number in [0, 1) of all trials, of 48 bits: two draws. */
static inline double nnp_search_common(nnp_ctx *c, uint64_t i)
{
    float two[2] = { 0, 0 };

    c->host->rand(c, NNP_UNIFORM, 2 * i, two, 2);
    return (double)two[0] + (double)two[1] * (1.0 / 16777216.0);
}

/* The i-th, i < 2^20, of this trial and of this time that the host asks for it. */
static inline double nnp_search_draw(nnp_ctx *c, uint64_t i)
{
    return nnp_search_common(c, (c->step + 1) << 31 | (uint64_t)c->epoch << 20 | i);
}

/* How many values a dimension has; 0: any number of them. */
static inline double nnp_dim_count(const nnp_dim *d)
{
    if (d->kind == NNP_DIM_CHOICE)
        return d->n;
    return d->step > 0 ? floor((d->high - d->low) / d->step + 0.5) + 1 : 0;
}

/* The value nearest to x. */
static inline double nnp_dim_snap(const nnp_dim *d, double x)
{
    double k, most = nnp_dim_count(d) - 1;

    if (d->step > 0 && d->kind != NNP_DIM_CHOICE) {
        k = floor((x - d->low) / d->step + 0.5);
        x = d->low + (k < 0 ? 0 : k > most ? most : k) * d->step;
    }
    if (d->kind == NNP_DIM_CHOICE)
        x = floor(x);
    return x < d->low ? d->low : x > d->high ? d->high : x;
}

/* What values are compared by: x, or its logarithm; and back. */
static inline double nnp_dim_inner(const nnp_dim *d, double x)
{
    return d->log ? log(x) : x;
}

static inline double nnp_dim_outer(const nnp_dim *d, double x)
{
    return d->log ? exp(x) : x;
}

/* The ends of a number's range, inner: each value has its whole step. */
static inline void nnp_dim_ends(const nnp_dim *d, double *a, double *b)
{
    *a = nnp_dim_inner(d, d->low - d->step / 2);
    *b = nnp_dim_inner(d, d->high + d->step / 2);
}

/* The value at u in [0, 1). */
static inline double nnp_dim_value(const nnp_dim *d, double u)
{
    double a, b;

    if (d->kind == NNP_DIM_CHOICE)
        return nnp_dim_snap(d, u * d->n);
    nnp_dim_ends(d, &a, &b);
    return nnp_dim_snap(d, nnp_dim_outer(d, a + u * (b - a)));
}

/* What the setup of a sampler is. */
static inline int nnp_search_point(nnp_ctx *c)
{
    const nnp_search *s = nnp_search_of(c);
    int64_t           n;

    if (!s)
        return nnp_fail(c, NNP_ENOTSUP, "this host searches nothing");
    n = s->dims(c);
    return c->host->declare(c, NNP_OUT, "x", NNP_F64, 1, &n, NULL) < 0 ? NNP_EBUG : NNP_OK;
}
#ifdef __cplusplus
}
#endif
#endif
