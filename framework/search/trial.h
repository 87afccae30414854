/* SPDX-License-Identifier: MIT */
/* One trial: the file with its settings, trained in a process of its own, so that whatever
 * a plugin does there ends the trial and nothing else. */
#ifndef NNP_SEARCH_TRIAL_H
#define NNP_SEARCH_TRIAL_H
#include "search/child.h"

/* Trains a trial whose settings are known. 1: it was interrupted, or its process was ended
 * from outside, and is to be done again; -1 after a message. */
int  trial_train(struct search *s, const struct search_trial *t, struct trial_run *r);
/* Takes the weights and checkpoints of a trial away, or the whole of a folder. */
void trial_drop_weights(const char *folder);
void trial_drop(const char *folder);
#endif
