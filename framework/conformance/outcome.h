/* SPDX-License-Identifier: MIT */
/* What a run of a trial left, to be compared bit by bit. */
#ifndef NNP_CONFORMANCE_OUTCOME_H
#define NNP_CONFORMANCE_OUTCOME_H
#include "conformance/trial.h"

/* What a run left: outputs, gradients, weights, states, reported numbers. */
struct outcome {
    struct left {
        const char *name;
        uint32_t    dtype;
        size_t      n;
        const void *bytes;
    } * v;
    size_t n;
};
struct outcome outcome_take(struct check *k, struct trial *t);
/* "out `y` (element 3: 0.5, not 0.25)", or NULL if all bits are the same. Tensors whose
 * names start with `except` are not compared; NULL: all are. */
const char *outcome_differ(struct check *k, const struct outcome *a,
                           const struct outcome *b, const char *except);

/* Opens, runs, takes, closes. False after a finding. */
bool outcome_of(struct check *k, const struct trial_options *o, struct outcome *r);
#endif
