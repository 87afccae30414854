/* SPDX-License-Identifier: MIT */
/* A pruner beside the trial that it looks at. */
#ifndef NNP_SEARCH_PRUNE_H
#define NNP_SEARCH_PRUNE_H
#include "search/past.h"

struct prune { /* must not move once it is open; all zero: there is none */
    struct past          past; /* as the trial saw it when it began */
    struct search_trial *own;  /* in it */
    int64_t              room; /* of its bests */
    struct arena        *arena;
    struct services      services;
    struct instance      pruner;
};

/* Nothing where the search has none. -1 after a message. */
int  prune_open(struct prune *p, struct arena *a, const struct search *s,
                const struct search_trial *t, struct diag *d);
/* After an epoch; value: the goal's figure after each one so far. 1: the trial ends, 0: it
 * goes on. -1 after a message. */
int  prune_ask(struct prune *p, int64_t epoch, const double *value, struct diag *d);
void prune_close(struct prune *p);
#endif
