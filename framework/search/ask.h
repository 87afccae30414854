/* SPDX-License-Identifier: MIT */
/* What trial k is: a function of the search's seed, of k, and of the results of trials
 * 0 .. k - lag, whoever computes it. */
#ifndef NNP_SEARCH_ASK_H
#define NNP_SEARCH_ASK_H
#include "search/past.h"

/* The sampler at work. -1 after a message. */
int  ask_open(struct search *s);
void ask_close(struct search *s);
/* Are the results there that trial k is to see? With order: free, always. */
bool ask_ready(const struct search *s, int64_t k);
/* Is there no trial k, as far as its results say: trials, budget, a space used up? */
bool ask_is_over(const struct search *s, int64_t k);
/* Fills in settings of trial k, unless they are known. Those of all trials before it have
 * to be known, but with order: free. 1, or 0: there are no more; -1 after a message. */
int  ask_trial(struct search *s, int64_t k);
/* Which trials k sees, once it is asked; of a trial that was logged, as it was then. In the
 * arena. */
const bool *ask_seen(const struct search *s, struct arena *a, int64_t k);
#endif
