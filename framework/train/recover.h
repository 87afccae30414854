/* SPDX-License-Identifier: MIT */
/* What train.health does about a number that is not finite. Everything it needs is in a
 * checkpoint, so that a resumed run recovers to the same bits. */
#ifndef NNP_TRAIN_RECOVER_H
#define NNP_TRAIN_RECOVER_H
#include "train/trainer.h"

/* Before the first batch of an update, and after an update that went well. */
void recover_remember(struct trainer *t);
void recover_healthy(struct trainer *t);
/* 0: the update is left out; 1: the epoch begins again; -1: the run has diverged. */
int recover(struct trainer *t, const struct where *w, struct diag *d);
#endif
