/* SPDX-License-Identifier: MIT */
/* What a training says of itself, in words for people and as events for programs. */
#ifndef NNP_JOBS_SAY_H
#define NNP_JOBS_SAY_H
#include "train/trainer.h"

/* Before the first epoch: how large it is, where it is kept. folder NULL: nowhere. */
void say_start(struct report *r, const struct session *s, const char *folder);
/* Afterwards: how it ended, and a line of figures for each split, each behind `name`. */
void say_end(const struct trainer *t, const char *name);
/* Only the event, for programs and `nnpipe runs`: of a training that diverged. */
void say_end_event(const struct trainer *t);
#endif
