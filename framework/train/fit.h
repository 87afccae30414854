/* SPDX-License-Identifier: MIT */
/* Items that learn by themselves: passes over the training rows until their finish asks
 * for no more. No other file calls `fit` of a layer or a transform. */
#ifndef NNP_TRAIN_FIT_H
#define NNP_TRAIN_FIT_H
#include "report/report.h"
#include "run/session.h"
#include "train/figures.h"

/* Those of the data's part (scale, standardize), once after session_open and before the
 * first batch; each sees the rows as the ones before it make them. Where rows are given to
 * a trained model nothing is fitted: the states come from its file. */
int fit_data(struct session *s, struct diag *d);
/* Those of the model, in its order; `say` is told of each. interrupted may be
 * NULL. 1: it became not 0, and the items from there on are not fitted. */
int fit_model(struct session *s, volatile int *interrupted, struct report *say,
              struct diag *d);
/* What they said of their last pass: train.kmeans1.inertia. */
void fit_facts(const struct session *s, struct figures *to);
#endif
