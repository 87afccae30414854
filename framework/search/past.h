/* SPDX-License-Identifier: MIT */
/* nnp.search/1: a search at one moment, as its plugins see it. */
#ifndef NNP_SEARCH_PAST_H
#define NNP_SEARCH_PAST_H
#include "search/state.h"

struct past {
    const struct search *search;
    nnp_trial           *v; /* one more place than trials */
    int64_t              n;
    struct search_trial *of; /* of each; the pruner's own is the last */
    const char          *folder; /* of a report: report/ lies in it */
};

/* Trials 0..k-1 as trial k sees them: results of those that k->seen names, all others are
 * running. In the arena. */
void past_open(struct past *p, struct arena *a, const struct search *s, int64_t k,
               const bool *seen);
/* One more behind them: the trial at hand, with settings x. */
struct search_trial *past_add(struct past *p, int64_t number, double *x);
/* What a trial counts as: less is better, a failure is infinite. */
double past_value(const struct search *s, const struct search_trial *t);
extern const nnp_search past_offer;
/* For struct services: arg is a struct past. */
const void *past_extension(void *arg, struct instance *i, const char *id);
#endif
