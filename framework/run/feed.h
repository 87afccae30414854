/* SPDX-License-Identifier: MIT */
/* Batches: rows through the loader and the transforms into memory that the model reads.
 * feed_rows.h says which rows, feed_ahead.h who makes the batch and when. All of it is
 * called on the thread that trains. */
#ifndef NNP_RUN_FEED_H
#define NNP_RUN_FEED_H
#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "base/split.h"
#include "run/feed_ahead.h"
#include "run/feed_rows.h"
#include "run/given_rows.h"
#include "run/session.h"

/* Reads the data (loader without PEEK), finds the splits, makes two places for a batch.
 * What fits itself to the rows in there is not fitted yet: fit_data does that. cached: a
 * stream that comes with the data, kept, or NULL. */
int  feed_open(struct session *s, const struct stage_input *cached, int64_t batch,
               struct diag *d);
void feed_close(struct session *s);

/* A pass over a split. shuffled: the order of that epoch, fresh random numbers in the
 * transforms; else in order, with the random numbers that evaluation always has. The
 * first `skip` batches are left out (they were done before a run was resumed). */
void feed_start(struct session *s, enum split split, bool shuffled, uint64_t epoch,
                int64_t batch, int64_t skip);
/* The next batch: session->memory.stream points at it. rows 0: the pass is over. */
int feed_next(struct session *s, int64_t *rows, struct diag *d);
/* n rows of a split from `first` in order, evaluation style (predict, reports). */
int feed_fetch(struct session *s, enum split split, int64_t first, int64_t n,
               struct diag *d);
/* n rows that a user gives, from `first`; streams that are not in them are zeros, and what
 * corrupts rows is left out as g says. */
int feed_given(struct session *s, const struct given_rows *g, int64_t first, int64_t n,
               struct diag *d);
/* n training rows from `first`, evaluation style, as far as the inputs of a node of the
 * data's part, which has its scratch then and is not called. */
int feed_before(struct session *s, size_t node, int64_t first, int64_t n, struct diag *d);
#endif
