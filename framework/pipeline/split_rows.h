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

struct split_whole split_rows_whole(const struct instance *loader); /* that is set up */

/* The splits on these data, of at least one row. Percent are of the rows in front of the
 * official parts, and each bound is rounded to the nearest row by itself: what ends at 90%
 * and what begins there share no row and leave none out. The rows of an official part for
 * validation are like any other in front of the test part where split.val says other rows.
 * Ranges that hold no row or go beyond the last one are refused; so is a training split
 * without rows. */
int split_rows(const struct data_spec *data, const struct split_whole *w,
               struct row_range out[N_SPLITS], struct diag *d);
#endif
