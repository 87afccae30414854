/* SPDX-License-Identifier: MIT */
/* Back-propagation through a whole model against differences of its loss. */
#ifndef NNP_EXPLAIN_GRADCHECK_H
#define NNP_EXPLAIN_GRADCHECK_H
#include "explain/slopes.h"

struct gradcheck_options {
    enum split split;
    int64_t    samples; /* weights of each tensor that are tried, by chance */
    double     tolerance;
    uint64_t   seed; /* of which are tried, and of the direction */
};

struct gradcheck_point { /* a weight, or a whole tensor along a direction by chance */
    int64_t element;     /* -1: the direction */
    double  said, found; /* by back-propagation, by differences */
    double  noise;
};

struct gradcheck_tensor {
    const char *name;
    int64_t     n;                      /* weights in it */
    int64_t     checked, wrong;         /* points, the direction among them */
    int64_t     unsure, flat;           /* not checked: a bend is near; 0 on both sides */
    struct gradcheck_point worst;       /* of those checked, by how far they are apart */
    double                 worst_apart; /* as a part of the larger; 0: within noise */
};

struct gradcheck { /* in the arena */
    double                   loss;
    int64_t                  rows;
    struct gradcheck_tensor *tensor;
    size_t                   n;
    int64_t                  checked, wrong;
};

/* The session was opened for training; its weights are the same afterwards. */
int gradcheck_run(struct gradcheck *out, struct session *s,
                  const struct gradcheck_options *o, struct diag *d);
#endif
