/* SPDX-License-Identifier: MIT */
/* The slope of the loss along a way through the weights, by differences: what
 * back-propagation has to agree with. */
#ifndef NNP_EXPLAIN_SLOPES_H
#define NNP_EXPLAIN_SLOPES_H
#include "explain/capture.h"

struct slope_found {
    double slope;
    double noise; /* what rounding alone may make of it: the engine is f32 */
    /* How far off the slope may be where the loss bends near by: by what the two
     * distances disagree, and by what the two sides would still disagree at none. */
    double unsure;
    bool   bent; /* there is none: the loss has two slopes there, as at 0 of a relu */
};

/* way: how far each weight of the slab goes with a step of 1. `most`: the largest
 * gradient that is about, against which a bend is judged. */
int slopes_find(struct capture *c, const float *way, double most, struct slope_found *out,
                struct diag *d);
#endif
