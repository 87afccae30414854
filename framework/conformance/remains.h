/* SPDX-License-Identifier: MIT */
/* What a run of a trial left, to be compared bit by bit. */
#ifndef NNP_CONFORMANCE_REMAINS_H
#define NNP_CONFORMANCE_REMAINS_H
#include "conformance/trial.h"

/* What a run left: outputs, gradients, weights, states, reported numbers. */
struct remains {
    struct left {
        const char *name;
        uint32_t    dtype;
        size_t      n;
        const void *bytes;
    } * v;
    size_t n;
};
struct remains remains_take(struct check *k, struct trial *t);
/* "out `y` (element 3: 0.5, not 0.25)", or NULL if all bits are the same. Tensors whose
 * names start with `except` are not compared; NULL: all are. */
const char *remains_differ(struct check *k, const struct remains *a,
                           const struct remains *b, const char *except);

/* The same of tensors alone whose names start with `of`. */
const char *remains_differ_of(struct check *k, const struct remains *a,
                              const struct remains *b, const char *of);

/* Opens, runs, takes, closes. False after a finding. */
bool remains_of(struct check *k, const struct trial_options *o, struct remains *r);
#endif
