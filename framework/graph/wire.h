/* SPDX-License-Identifier: MIT */
/* The making of a graph: names become numbers. */
#ifndef NNP_GRAPH_WIRE_H
#define NNP_GRAPH_WIRE_H
#include "graph/graph.h"

/* Wires for batches of `rows`. given: a stream of the model that comes with the data, or
 * NULL; what makes it is idle. NULL after errors. All memory is the arena's. */
const struct graph *wire_open(struct arena *a, const struct spec *s, int64_t rows,
                               const char *given, const struct graph_asks *asks,
                               struct diag *d);
#endif
