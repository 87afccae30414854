/* SPDX-License-Identifier: MIT */
/* Loss and metrics of the weights as they are, on rows of the data or of a user. */
#ifndef NNP_TRAIN_EVALUATE_H
#define NNP_TRAIN_EVALUATE_H
#include "run/feed.h"
#include "train/figures.h"

/* On the rows of a split, which must not be empty; the figures are added to f. */
int evaluate_split(struct session *s, enum split split, struct figures *f,
                   struct diag *d);
/* On every split there is. */
int evaluate_splits(struct session *s, struct figures *f, struct diag *d);
/* On rows that a user gives: figures without the name of a split. */
int evaluate_given(struct session *s, const struct given_rows *g, struct figures *f,
                   struct diag *d);
#endif
