/* SPDX-License-Identifier: MIT */
/* The rows of the data as they come, before anything is trained on them: figures of each
 * column, how many rows of each class a part has. */
#ifndef NNP_VIEW_DATA_LOOK_H
#define NNP_VIEW_DATA_LOOK_H
#include "base/split.h"
#include "run/session.h"
#include "view/spread.h"

/* Figures of a stream of the data on a part of it, `columns` of them: as many as numbers
 * in a row, or one for all. In f64 and value by value, as `standardize` takes them
 * (Welford 1962). */
int data_look_columns(struct session *s, int stream, enum split split, struct spread *v,
                      size_t columns, struct diag *d);
/* Rows of each class on a part, by the class that a loss would take a row for; rows of
 * none of the `classes` are counted behind them. */
int data_look_classes(struct session *s, int stream, enum split split, int64_t *count,
                      int64_t classes, struct diag *d);
/* The stream that stands for a name of the data's part in the end: behind its transforms
 * (`mapped`), without those for the training alone, or as the loader gives it. -1: there
 * is none. */
int data_look_stream(const struct graph *g, const char *name, bool mapped);
/* The batch at hand of a stream, its data where it lies. */
nnp_tensor data_look_batch(const struct session *s, int stream);
#endif
