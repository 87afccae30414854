/* SPDX-License-Identifier: MIT */
/* A loss that makes probabilities of logits behind a layer that has made them already: it
 * trains, but cannot come near 0. */
#ifndef NNP_GRAPH_PROBABILITIES_H
#define NNP_GRAPH_PROBABILITIES_H
#include "graph/graph.h"

/* A warning if so. The node is wired and has declared. */
void probabilities_warn(const struct graph *g, const struct graph_node *loss,
                        struct diag *d);
#endif
