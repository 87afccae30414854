/* SPDX-License-Identifier: MIT */
/* Whose numbers have a unit: a target that transforms made of a stream of the data, as
 * `standardize` does. What is compared with it can be turned back into that unit. */
#ifndef NNP_GRAPH_UNITS_H
#define NNP_GRAPH_UNITS_H
#include <nnpipe/data.h>
#include "graph/graph.h"

/* The transform's way back, or NULL. */
nnp_inverse_fn *units_inverse(const struct graph_node *transform);
/* The stream of the loader whose unit a target lost on its way, by transforms that have a
 * way back. -1: there is none, or the model reads it too, as an autoencoder does, whose
 * unit is that of its input. */
int units_origin(const struct graph *g, int target);
/* Is a stream of the model in the unit of such a target? Not what a loss makes of it,
 * which are probabilities. */
bool units_shared(const struct graph *g, int stream, int target);
/* Does this metric get its inputs in the unit of the data? */
bool units_metric(const struct graph *g, const struct graph_node *n);
#endif
