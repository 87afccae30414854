/* SPDX-License-Identifier: MIT */
/* Items of the model that learn by themselves: passes over the training rows until their
 * finish asks for no more. */
#ifndef NNP_TRAIN_FIT_H
#define NNP_TRAIN_FIT_H
#include "report/report.h"
#include "run/session.h"
#include "train/figures.h"

/* All such items, in the order of the model; `say` is told of each. interrupted may be
 * NULL. 1: it became not 0, and the items from there on are not fitted. */
int fit_model(struct session *s, volatile int *interrupted, struct report *say,
              struct diag *d);
/* What they said of their last pass: train.kmeans1.inertia. */
void fit_facts(const struct session *s, struct figures *to);
#endif
