/* SPDX-License-Identifier: MIT */
/* What train.health does about a number that is not finite. Everything it needs is in a
 * checkpoint, so that a resumed run recovers to the same bits. */
#ifndef NNP_TRAIN_RECOVER_H
#define NNP_TRAIN_RECOVER_H
#include "report/report.h"
#include "run/health.h"
#include "train/state.h"

/* Before the first batch of an update, and after an update that went well. */
void recover_remember(struct state *s);
void recover_healthy(struct state *s);
/* The last batch of an update that is left out is through: only for HEALTH_SKIP. */
void recover_left_out(struct state *s);
/* 0: the update is left out; 1: the epoch begins again; -1: the run has diverged. The first
 * two are told to `say`. */
int recover(struct state *s, const struct where *w, struct report *say, struct diag *d);
#endif
