/* SPDX-License-Identifier: MIT */
/* What data.split comes to in rows: the only place that knows. `check` asks with what the
 * loader said of itself, the run with what it read. */
#ifndef NNP_PIPELINE_SPLIT_ROWS_H
#define NNP_PIPELINE_SPLIT_ROWS_H
#include "pipeline/spec.h"

/* Rows of a loader that is set up, and the first one of the official test part (the count
 * where there is none). */
void split_rows_counts(const struct instance *loader, int64_t *count,
                       int64_t *first_test);

/* The splits on data of `count` rows (at least one), of which those from `first_test` on
 * are the official test part (count: there is none). Percent are of the rows in front of
 * that part, and each bound is rounded to the nearest row by itself: what ends at 90% and
 * what begins there share no row and leave none out. Ranges that hold no row or go beyond
 * the last one are refused; so is a training split without rows. */
int split_rows(const struct data_spec *data, int64_t count, int64_t first_test,
               struct row_range out[N_SPLITS], struct diag *d);
#endif
