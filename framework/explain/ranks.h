/* SPDX-License-Identifier: MIT */
/* The layers of a captured step as a lecture counts them: a sum of products with the
 * activation behind it is one rank of units. */
#ifndef NNP_EXPLAIN_RANKS_H
#define NNP_EXPLAIN_RANKS_H
#include <nnpipe/formula.h>
#include "base/formula_scope.h"
#include "explain/capture.h"

struct sum_term { /* of a sum: times a b, for number `out` of the sum */
    double     times;
    nnp_factor a, b;
    int64_t    out;
};

struct rank {
    const struct graph_node *sum;   /* a layer that says its terms; or NULL */
    const struct graph_node *point; /* a layer that takes number by number; or NULL */
    const struct graph_node *other; /* neither: shown by its numbers */
    nnp_formula              says;  /* of sum or other; forward NULL: nothing */
    nnp_formula              of_point;
    const struct formula   **forward, **slope; /* of point */
    int                      x, out; /* streams: what point reads, what the rank makes */
    struct sum_term             *terms;  /* of all numbers of the sum, in their order */
    size_t                   n_terms;
};
struct ranks {
    struct rank *v;
    size_t       n;
    bool         slide; /* f, g, h and u, v name everything */
};

void ranks_find(struct ranks *r, struct capture *c, bool slide);
/* The slope of the activation at number e; 1 without one. */
double ranks_slope(const struct ranks *r, const struct rank *k, const struct capture *c,
                   size_t e);
/* The rank that makes a stream; NULL: it comes with the data. */
const struct rank *ranks_of(const struct ranks *r, int stream);
#endif
