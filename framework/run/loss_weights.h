/* SPDX-License-Identifier: MIT */
/* How much each row counts in a loss: `sample_weight`, a number for each row, times
 * `class_weight`, a number for each class. The loss of a batch is then sum w L / sum w, as
 * in PyTorch's CrossEntropyLoss(weight), and so is that of an evaluation, over all of its
 * rows. The plugin knows nothing of it: what it gives for a row is weighed here. */
#ifndef NNP_RUN_LOSS_WEIGHTS_H
#define NNP_RUN_LOSS_WEIGHTS_H
#include "run/session.h"

/* Those of all losses, once there is a graph; what can be known without the data is
 * checked. */
int loss_weights_plan(struct session *s, struct diag *d);
/* Once the data are read, and what learns from them has done so: `balanced` goes over the
 * training rows, and --resolved has numbers afterwards, so that the run knows them without
 * its data. */
int loss_weights_fit(struct session *s, struct diag *d);
/* NULL: every row counts the same. */
const struct loss_weights *loss_weights_of(const struct session    *s,
                                           const struct graph_node *loss);
/* Of value i of the loss of the batch at hand; loss_weights_sum has found all sound. */
double loss_weights_at(const struct session *s, const struct loss_weights *w, size_t i);
/* -1 after a message: a weight is no number from 0 on, a target is no class. */
int loss_weights_sum(const struct session *s, const struct loss_weights *w, double *sum,
                     struct diag *d);
#endif
