/* SPDX-License-Identifier: MIT */
/* What the process of a trial does. */
#ifndef NNP_SEARCH_CHILD_H
#define NNP_SEARCH_CHILD_H
#include <sys/types.h>
#include "search/state.h"

struct claim;

struct trial_run {
    const char   *folder; /* weights, metrics.csv ... of it go there */
    const char   *before; /* where it was begun by somebody who is dead, or NULL */
    struct claim *claim;  /* whose beat goes on meanwhile, or NULL */
    char         *told;   /* what came of it, a JSON object: malloc'ed */
    pid_t         parent; /* set by trial_train */
};

/* In a process that was just forked: trains, writes what came of it to fd as a JSON object,
 * and ends the process. It ends with the process that made it. */
_Noreturn void child_run(struct search *s, const struct search_trial *t,
                         const struct trial_run *r, int fd);
/* Threads of each of so many trainings at once. */
int64_t child_threads(int64_t parallel);
/* This process is to end when the one that made it does, where the system can do that. */
void child_follow(pid_t parent);
#endif
