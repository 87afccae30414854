/* SPDX-License-Identifier: MIT */
/* Measures what a step costs, whole and item by item. It prints nothing. */
#ifndef NNP_RUN_BENCH_H
#define NNP_RUN_BENCH_H
#include "run/step.h"

struct bench {
    double      *rates; /* rows a second, one for each repeat */
    size_t       n_rates;
    int64_t      steps; /* of each repeat */
    struct meter spent; /* seconds a step */
    double       whole; /* seconds of such a measured step, and of its other parts: */
    double       wait, look, update; /* for the batch, at the gradients, of the weights */
    double       pass; /* seconds in which the feed makes all training batches, alone */
};

/* Steps as a run makes them (PLAN_TRAIN) or forward alone on one batch (PLAN_KEEP):
 * `repeats` windows of about `seconds`, then one in which every item is timed. Nothing is
 * evaluated, nothing is written. */
int bench_run(struct session *s, enum plan_for what, int64_t repeats, double seconds,
              struct bench *b, struct diag *d);
/* Operations of one step forward, and backward: as many again for the weights and for
 * each input that wants a gradient. */
void bench_flops(const struct session *s, size_t node, double *forward, double *backward);
#endif
