/* SPDX-License-Identifier: MIT */
/* After the gradients: schedules, penalties on weights, the chain of optimizers,
 * projections. */
#ifndef NNP_RUN_UPDATE_H
#define NNP_RUN_UPDATE_H
#include "run/session.h"

/* Schedules that follow steps, then all the rest: one update more. */
int update_run(struct session *s, struct diag *d);
/* Schedules that follow epochs; `watched` by metric. */
int update_epoch(struct session *s, double (*metric)(void *, const char *), void *arg,
                 struct diag *d);
/* The schedules as at the start: each parameter has the value in the file. */
void update_reset(struct session *s);
/* Gives the parameters that schedules drive what the pace says. -1: one does not take
 * it. */
int    update_resume(const struct session *s);
double update_rate(const struct session *s); /* learning rate now, NaN without one */
/* Penalties on weights, summed; NaN after errors. */
double update_penalty(const struct session *s, struct diag *d);
#endif
