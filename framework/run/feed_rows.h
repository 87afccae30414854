/* SPDX-License-Identifier: MIT */
/* Which rows of the data a batch has, and in which order: the splits, the permutation of
 * an epoch, the place in a pass. No row is touched here. */
#ifndef NNP_RUN_FEED_ROWS_H
#define NNP_RUN_FEED_ROWS_H
#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "base/split.h"
#include "run/row_order.h"
#include "run/session.h"

struct feed_pass { /* over the rows of a split */
    enum split split;
    bool       shuffled;
    uint64_t   epoch;
    int64_t    batch, next; /* rows of a batch, place of the next batch in the split */
    uint64_t   number;      /* of that batch */
};

/* Fills session->splits in, from what the loader read; see row_order.h. */
int     feed_rows_find(struct session *s, const struct split_reader *from, struct diag *d);
/* How many a split has; 0: there is no such split. */
int64_t feed_rows(const struct session *s, enum split split);
/* The row of the data that stands at a place of a split. */
int64_t feed_rows_row(const struct session *s, enum split split, int64_t at);

/* A pass whose first `skip` batches are left out; see feed_start. */
struct feed_pass feed_rows_pass(const struct row_range *splits, enum split split,
                                bool shuffled, uint64_t epoch, int64_t batch,
                                int64_t skip);
/* How many rows the next batch has; 0: the pass is over. */
int64_t feed_rows_next(const struct row_range *splits, const struct feed_pass *p);
/* Its number, over all epochs if they differ: keys the transforms' random numbers. */
uint64_t feed_rows_number(const struct row_range *splits, const struct feed_pass *p);
/* The n rows of the data at the place where the pass stands. */
void feed_rows_choose(const struct session *s, const struct feed_pass *p, int64_t n,
                      int64_t *index);
#endif
