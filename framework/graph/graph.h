/* SPDX-License-Identifier: MIT */
/* Nodes and streams by number: what reads what, with which weights, and how large it all
 * is. Built from a spec, and from then on read by everybody and written by nobody: what
 * changes while numbers run is in frames/. The data's part (loader, transforms) comes
 * first, then model, losses, metrics. */
#ifndef NNP_GRAPH_GRAPH_H
#define NNP_GRAPH_GRAPH_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/strbuf.h"
#include "call/decl.h"
#include "pipeline/spec.h"

enum node_role {
    ROLE_LOADER,
    ROLE_MAP,
    ROLE_LAYER,
    ROLE_LOSS,
    ROLE_PENALTY,
    ROLE_METRIC
};

struct stream {
    const char *name;
    int         node;       /* who makes it */
    int         output;     /* which of its outputs */
    bool        data;       /* comes with a batch of the data, not from a training step */
    bool        wants_grad; /* something trainable lies upstream */
    int         alias;  /* of a node that `when` leaves out: what stands for it, or -1 */
    nnp_tensor  tensor; /* type and shape in a whole batch; data NULL */
};

struct param {                    /* a weight tensor, once however often it is used */
    const char             *name; /* "dense1.weight" */
    int                     node; /* who declared it first */
    const struct decl      *decl;
    nnp_tensor              tensor; /* as declared; data NULL */
    const struct init_spec *init;   /* from the file, or NULL */
    bool                    frozen, decay;
    double                  lr;
    int                     of; /* this is the transpose of param `of`, or -1 */
};

struct graph_node {
    enum node_role     role;
    const struct item *item;
    struct decls       decls;    /* sizes for a whole batch */
    int               *in, *out; /* stream numbers */
    uint32_t           n_in, n_out;
    int               *param; /* param numbers, as declared */
    uint32_t           n_param;
    bool               trains; /* has a weight that is not frozen */
    /* `use` of what fits itself: the node that is fitted, whose states this one works with;
     * else NULL. */
    const struct graph_node *states_of;
};

/* A regularizer on one weight tensor. */
struct weight_penalty {
    const struct item *item;
    int                param;
};

struct graph {
    struct arena                *arena;
    const struct spec           *spec;
    const struct graph_node     *nodes;
    const struct stream         *streams;
    const struct param          *params;
    const struct weight_penalty *penalties;
    size_t                       n_nodes, n_streams, n_params, n_penalties;
    size_t                       first_layer; /* nodes before it are the data's */
    int                          input;  /* the stream that the first layer reads, or -1 */
    int                          output; /* the last layer's */
    int                          loss;   /* node of the first loss, or -1 */
    int     prediction; /* what the first loss makes of its input, else output */
    int     target;     /* what the first loss compares it with, else y, or -1 */
    int64_t rows;       /* of a whole batch */
};

/* Which outputs and weights a plugin has, only its setup can tell: whoever holds the
 * instances is asked for it, node by node. */
struct graph_asks {
    /* The inputs of the node are wired; `out` takes what its plugin declares, to be copied.
     * -1: it refuses, with a message. */
    int (*declare)(void *arg, const struct graph *g, size_t node, struct decls *out,
                   struct diag *d);
    void *arg;
};

int graph_find(const struct graph *g, const char *stream); /* number, or -1 */
/* Type and shape of a stream in a whole batch; data NULL. */
const nnp_tensor *graph_tensor(const struct graph *g, int stream);
/* Is it a stream of the model that comes with the data? */
bool graph_given(const struct graph *g, int stream);
/* What stands for a stream in evaluation (when: train items left out). */
int  graph_resolve(const struct graph *g, int stream, bool train);
bool graph_runs(const struct graph_node *n, bool train);
/* Does it learn by itself, from the training rows (an estimator)? */
bool graph_fits(const struct graph_node *n);
/* Is input k what an estimator learns to tell? It is read by fit alone. */
bool graph_learns(const struct graph_node *n, uint32_t k);
/* Is state k of an estimator a sum over one pass: zeros at its start, in no file? */
bool    graph_gathers(const struct graph_node *n, uint32_t k);
int64_t graph_n_weights(const struct graph *g, bool trainable_only);
/* Multiply-adds of one sample forward: weights times positions, an estimate for `show`.
 */
double graph_flops(const struct graph *g, const struct graph_node *n);

void graph_print(const struct graph *g, struct strbuf *out);  /* --after=graph */
void graph_print_shapes(const struct graph *g, struct strbuf *out); /* --after=shapes */
#endif
