/* SPDX-License-Identifier: MIT */
/* A process that does the trials of a folder, one after the other, beside any number of
 * others; what it does first and what it leaves to them changes nothing of what they are.
 * */
#ifndef NNP_SEARCH_WORKER_H
#define NNP_SEARCH_WORKER_H
#include "search/state.h"

/* Does trials until there are none left for anybody, the time is over, or a signal came
 * (s->stopped). -1 after a message. */
int worker_run(struct search *s);
/* Looks which trial there will never be (s->end) and which is the best of all that are
 * done, s->best. -1 after a message. */
int worker_look(struct search *s);
/* Waits a little, the longer the more often it was called in vain. */
void worker_wait(int *waited);
#endif
