/* SPDX-License-Identifier: MIT */
/* The three parts of the data, and the one table of their names. */
#ifndef NNP_BASE_SPLIT_H
#define NNP_BASE_SPLIT_H

enum split { SPLIT_TRAIN, SPLIT_VAL, SPLIT_TEST, N_SPLITS };

/* What they are called, in files, figures and messages; written here and nowhere else. */
#define SPLIT_WORD_TRAIN "train"
#define SPLIT_WORD_VAL   "val"
#define SPLIT_WORD_TEST  "test"

extern const char *const split_names[]; /* N_SPLITS of them, then NULL */

/* The split called `name`; N_SPLITS: none is, or name is NULL. */
enum split split_find(const char *name);
/* The split a figure was taken on, and the rest of its name: SPLIT_VAL and "loss" for
 * "val.loss"; N_SPLITS and the whole name for a figure of no split. */
enum split  split_of(const char *figure);
const char *split_metric(const char *figure);
#endif
