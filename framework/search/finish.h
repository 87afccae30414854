/* SPDX-License-Identifier: MIT */
/* What a search does once there is no trial left. */
#ifndef NNP_SEARCH_FINISH_H
#define NNP_SEARCH_FINISH_H
#include "search/progress.h"

/* Says what came of it; RUN/best.yaml, reports, the training of `then`. Of several
 * processes one does that. -1 after a message: every trial has failed, too. */
int  finish_run(struct search *s, const struct progress *p);
/* Takes away what a search has left in a folder. */
void finish_forget(const char *folder);
#endif
