/* SPDX-License-Identifier: MIT */
/* Who works on a trial: folders TRIAL/1, TRIAL/2 ..., each made in one step by one process
 * and holding its owner. The last one counts; where its owner is dead the next one may be
 * made. There is no lock and no server, so any number of processes may share a folder. */
#ifndef NNP_SEARCH_CLAIM_H
#define NNP_SEARCH_CLAIM_H
#include "search/state.h"

struct claim {
    const char *path;   /* RUN/trials/0017/2 */
    int64_t     number; /* 2 */
    const char *before; /* RUN/trials/0017/1 of a dead owner, or NULL */
    int64_t     beat;
    double      beaten; /* when, on the clock of this process */
};

const char *claim_folder(const struct search *s, struct arena *a, int64_t trial);
/* 1: it is ours. 0: somebody else's who lives. -1 after a message. `what` is the folder of
 * a trial, which is made. */
int  claim_take(struct search *s, const char *what, struct claim *out);
/* Shows other machines that the owner lives; writes every ten seconds. */
void claim_beat(struct search *s, struct claim *c);
#endif
