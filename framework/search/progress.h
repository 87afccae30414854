/* SPDX-License-Identifier: MIT */
/* What a search says of itself while it goes: of the trials of all processes. */
#ifndef NNP_SEARCH_PROGRESS_H
#define NNP_SEARCH_PROGRESS_H
#include "search/state.h"

struct progress {
    double  begun;
    bool   *shown; /* by trial */
    int64_t room, n; /* n: how many were told so far */
    double  seconds[20]; /* of the latest trials, in a ring */
};

void progress_open(struct progress *p, struct search *s);
/* Tells of the trials that are new; how many. */
int64_t progress_tell(struct progress *p, struct search *s);
/* "41 of 60 trials stopped early, 331 epochs of 1620, 6 min" and the best one. */
void progress_sum(const struct progress *p, struct search *s);
/* "4 min" */
const char *progress_time(struct arena *a, double seconds);
#endif
