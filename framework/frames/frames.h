/* SPDX-License-Identifier: MIT */
/* The instances of a graph at work, one for each node and each penalty on weights, and the
 * chain of optimizers: opened, set up for the rows of a batch, closed here and nowhere
 * else. The graph says what there is, and is never written; all that changes while numbers
 * run is in here. */
#ifndef NNP_FRAMES_FRAMES_H
#define NNP_FRAMES_FRAMES_H
#include "call/instance.h"
#include "frames/chain.h"
#include "graph/graph.h"
#include "plan/plan.h"

struct frames {
    struct arena       *arena;
    const struct spec  *spec;
    const struct graph *graph;
    struct services    *services;
    struct instance   **node;    /* by node; the first is the spec's loader */
    nnp_tensor        **own;     /* by node, then output: see frames_tensor */
    struct instance    *penalty; /* by penalty of the graph */
    struct update_chain chain;   /* see bind_measure; all zeros: nothing is trained */
    size_t              n, room, n_penalties; /* that are open */
    int64_t             rows;     /* of the batch at hand */
    const struct plan  *bound;    /* whose addresses they hold, or NULL */
};

/* Builds the graph of a spec, asking each plugin as it comes, and sets everything up for
 * batches of `rows`. given: see wire_open. services are kept. NULL after errors. */
struct frames *frames_open(struct arena *a, const struct spec *s, struct services *services,
                           int64_t rows, const char *given, struct diag *d);
/* NULL: nothing is open. */
void frames_close(struct frames *f);

/* Sets a parameter of an item at work, which has a copy of its own: the spec stays as read.
 * -1: it does not take that value. */
int frames_set(struct frames *f, const struct item *item, const char *param, double value);

/* The instance of a node of the graph. */
static inline struct instance *frames_of(const struct frames *f, const struct graph_node *n)
{
    return f->node[n - f->graph->nodes];
}
/* A stream of the batch at hand. Those that come with the data have rows of their own here,
 * because the data's part may be at work on another batch. data: NULL, or where it lies. */
const nnp_tensor *frames_tensor(const struct frames *f, int stream);
/* Repeats every setup if the number of rows is another one, as that of the last batch often
 * is; nothing is allocated. The data's part is resized on its own: it may be a batch
 * ahead. */
int frames_rows(struct frames *f, int64_t rows, struct diag *d);
int frames_rows_data(struct frames *f, int64_t rows, struct diag *d);
#endif
