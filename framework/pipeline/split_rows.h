/* SPDX-License-Identifier: MIT */
/* What data.split comes to in rows: the only place that knows. `check` asks with what the
 * loader said of itself, the run with what it read. */
#ifndef NNP_PIPELINE_SPLIT_ROWS_H
#define NNP_PIPELINE_SPLIT_ROWS_H
#include "pipeline/spec.h"

/* The rows of a loader, those of training first. An official part for validation or test
 * that it does not have begins where the next one does, or at the count. */
struct split_whole {
    int64_t count, first_val, first_test;
};

/* Of loaders that are set up. The rows of a loader of the test part are its official one.
 */
struct split_whole split_rows_whole(const struct data_spec *data);
/* How many rows stand in front of the official parts. Those of one for validation are like
 * any other where split.val says other rows. */
int64_t split_rows_front(const struct data_spec *data, const struct split_whole *w);

/* The splits on these data, of at least one row. Percent are of the rows in front of the
 * official parts, and each bound is rounded to the nearest row by itself: what ends at 90%
 * and what begins there share no row and leave none out. The bounds of bare shares are
 * their sums, in the order train, val, test; which rows they get by chance does not change
 * how many they are. Ranges that hold no row or go beyond the last one are refused; so is
 * a training split without rows. The ranges are in the arena. */
int split_rows(const struct data_spec *data, const struct split_whole *w, struct arena *a,
               struct part_rows out[N_SPLITS], struct diag *d);
/* What they are dealt by: train.seed of the file, unless split.seed is there. It is not
 * that of another attempt. */
uint64_t split_rows_seed(const struct spec *s);
/* Is a part of them dealt by chance? */
bool split_rows_dealt(const struct part_rows rows[N_SPLITS]);
/* The part that the row at a place (base/deal.h) is dealt to; N_SPLITS: to none. */
enum split split_rows_part(const struct data_spec *data, const struct split_whole *w,
                           const struct part_rows rows[N_SPLITS], int64_t place);
#endif
