/* SPDX-License-Identifier: MIT */
/*
 * Whether a trial goes on at a rung: Li et al. (2020), "A system for massively parallel
 * hyperparameter tuning", in the form that stops trials and never takes one up again.
 * Rungs are first, first * factor, ... below the epochs of a whole trial. Header only.
 */
#ifndef NNPIPE_ASHA_H
#define NNPIPE_ASHA_H
#include <nnpipe/search.h>

/* How many rungs there are below `epochs`. */
static inline int nnp_asha_rungs(int64_t first, int64_t factor, int64_t epochs)
{
    int n = 0;

    for (int64_t at = first; at < epochs; at *= factor)
        n++;
    return n;
}

/* The number of the rung at this epoch, from 0; -1: there is none. */
static inline int nnp_asha_rung(int64_t first, int64_t factor, int64_t epochs,
                                int64_t epoch)
{
    int n = 0;

    for (int64_t at = first; at < epochs; at *= factor, n++)
        if (at == epoch)
            return n;
    return -1;
}

/*
 * The trial at hand, the last one, has reached a rung. It goes on if its best value so
 * far is among the first max(1, n / factor) of the n that were there; `counts` says which
 * of the others do, NULL: all.
 */
static inline int nnp_asha_goes_on(nnp_ctx *c, const nnp_search *s, int64_t epoch,
                                   int64_t factor,
                                   int (*counts)(const void *arg, int64_t number),
                                   const void *arg)
{
    int64_t last = s->trials(c) - 1, n = 1, better = 0, most;
    double  own = s->at(c, last, epoch);

    for (int64_t i = 0; i < last; i++) {
        double v = s->at(c, i, epoch);

        if (isnan(v) || (counts && !counts(arg, s->trial(c, i)->number)))
            continue;
        n++;
        better += v < own;
    }
    most = n / factor > 1 ? n / factor : 1;
    return better < most && !isnan(own);
}
#endif
