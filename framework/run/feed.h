/* SPDX-License-Identifier: MIT */
/* Batches: which rows, in which order, through the loader and the transforms into memory
 * that the model reads, one batch ahead on a thread of its own when batches are big. */
#ifndef NNP_RUN_FEED_H
#define NNP_RUN_FEED_H
#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "base/split.h"
#include "run/given_rows.h"
#include "run/session.h"

struct feed;

/* Reads the data (loader without PEEK), finds the splits, makes two places for a batch.
 */
int     feed_open(struct session *s, int64_t batch, struct diag *d);
void    feed_close(struct session *s);
size_t  feed_bytes(const struct frames *f, int64_t batch); /* what the places take */
int64_t feed_rows(const struct session *s,
                  enum split            split); /* 0: there is no such split */

int64_t feed_first(const struct session *s,
                   enum split            split); /* row of the source where it begins */

/* A pass over a split. shuffled: the order of that epoch, fresh random numbers in the
 * transforms; else in order, with the random numbers that evaluation always has. The
 * first `skip` batches are left out (they were done before a run was resumed). */
void feed_start(struct session *s, enum split split, bool shuffled, uint64_t epoch,
                int64_t batch, int64_t skip);
/* The next batch: session->stream points at it. rows 0: the pass is over. */
int feed_next(struct session *s, int64_t *rows, struct diag *d);
/* n rows of a split from `first` in order, evaluation style (predict, reports). */
int feed_fetch(struct session *s, enum split split, int64_t first, int64_t n,
               struct diag *d);
/* n rows that a user gives, from `first`; streams that are not in them are zeros. */
int feed_given(struct session *s, const struct given_rows *g, int64_t first, int64_t n,
               struct diag *d);
/* Learned states of the data's part (scale, standardize), from the training rows. */
int feed_fit(struct session *s, struct diag *d);
#endif
