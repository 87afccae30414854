/* SPDX-License-Identifier: MIT */
/* The error, and its derivative by what the model puts out. */
#ifndef NNP_EXPLAIN_ERROR_LINES_H
#define NNP_EXPLAIN_ERROR_LINES_H
#include "explain/units.h"

struct judged { /* the first loss */
    const struct graph_node *node;
    const struct instance   *i;
    const struct formula   **forward, **backward; /* of single numbers; else NULL */
    nnp_formula              says;
    int                      of, to;
    size_t                   n; /* elements of a row */
};

/* false: the model has no loss. */
bool error_lines_loss(const struct maker *m, struct judged *j);
void error_lines(const struct maker *m);
#endif
