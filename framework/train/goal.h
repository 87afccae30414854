/* SPDX-License-Identifier: MIT */
/* How long a training lasts, which of its epochs is the best, when it begins again from
 * another seed: what the file says under `train`, decided from figures alone. Nothing here
 * knows a net. */
#ifndef NNP_TRAIN_GOAL_H
#define NNP_TRAIN_GOAL_H
#include "base/split.h"
#include "pipeline/spec.h"
#include "train/figures.h"

enum ending {
    ENDED_DONE,     /* all epochs or updates that were asked for */
    ENDED_WHEN,     /* stop.when has held for stop.for epochs */
    ENDED_PATIENCE, /* nothing better came for stop.patience epochs */
    ENDED_SIGNAL,
    ENDED_DIVERGED,
    ENDED_ASKED     /* by the hook between two updates, or after an epoch */
};

struct goal {
    const struct train_spec *train;
    const char              *figure; /* decides which epoch is the best */
    bool                     maximize; /* as the file or the metric said */
};

struct standing {        /* what the epochs so far came to; all zeros: there were none */
    int64_t best_epoch;  /* whose weights are kept; 0: none yet */
    double  best_value;  /* g->figure in that epoch */
    double  bar;         /* the figure at the last progress: what min_delta counts from */
    int64_t since_best;  /* epochs without progress, for stop.patience */
    int64_t holds_for;   /* epochs in a row in which stop.when held */
};

struct goal goal_of(const struct train_spec *train);
/* Does it need figures of a part of the data that is not looked at every epoch anyway? */
bool goal_needs(const struct goal *g, enum split split);
/* After an epoch: 1 if its weights are to be kept, as the best so far or as the newest; 0
 * if not. Ties go to the earlier one. -1: g->figure is not among the figures. Progress is
 * more than stop.min_delta beyond the last progress, in however many epochs. */
int goal_judge(const struct goal *g, const struct figures *f, struct standing *s);
/* A name in stop.when that no figure has, or NULL. */
const char *goal_unknown(const struct goal *g, const struct figures *f);
/* ENDED_DONE: it goes on. */
enum ending goal_ending(const struct goal *g, const struct standing *s);
/* Updates in all, for so many rows an epoch. */
int64_t goal_updates(const struct goal *g, int64_t rows);
/* Are so many updates, or epochs, all that were asked for? */
bool goal_is_updated(const struct goal *g, uint64_t updates);
bool goal_is_past(const struct goal *g, int64_t epoch);
/* Does the file ask for the weights of this epoch in a file of its own? */
bool goal_keeps(const struct goal *g, int64_t epoch);
/* Is retry.unless met by the figures of the last epoch, or is there none? */
bool goal_is_met(const struct goal *g, const struct figures *f);
/* The attempt, from 1; 0 where the file has no retry, and nobody is told of any. */
int64_t goal_tried(const struct goal *g, int64_t attempt);
/* Are the weights that attempt `a` keeps better than those of `b`? Ties go to b. */
bool goal_is_better(const struct goal *g, const struct standing *a,
                    const struct standing *b);
/* May another attempt follow the n-th, which missed? */
bool goal_may_retry(const struct goal *g, int64_t attempts);
#endif
