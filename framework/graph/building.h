/* SPDX-License-Identifier: MIT */
/* A graph that is not finished: the one place where its arrays can be written. */
#ifndef NNP_GRAPH_BUILDING_H
#define NNP_GRAPH_BUILDING_H
#include "graph/graph.h"

struct building {
    struct graph            *g;
    const char              *given;
    const struct graph_asks *asks;
    struct graph_node       *nodes; /* g's own, as the others */
    struct stream           *streams;
    struct param            *params;
    struct weight_penalty   *penalties;
};

/* ---- params.c, in this order, once all nodes are wired ---- */
int params_find_owners(struct building *b, struct diag *d);
int params_find_trained(struct building *b, struct diag *d);
#endif
