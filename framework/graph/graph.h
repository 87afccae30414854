/* SPDX-License-Identifier: MIT */
/* Nodes and streams by number: what reads what, with which weights. Built from a spec,
 * then given shapes. The data's part (loader, transforms) comes first, then model,
 * losses, metrics. */
#ifndef NNP_GRAPH_GRAPH_H
#define NNP_GRAPH_GRAPH_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/strbuf.h"
#include "call/instance.h"
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
    bool        data;       /* made by the data's part, outside the training step */
    bool        wants_grad; /* something trainable lies upstream */
    int         alias; /* of a node that `when` leaves out: what stands for it, or -1 */
    nnp_tensor *own;   /* data: description with its own rows, for those who read a batch
                          while the data's part makes another one */
};

struct param {                    /* a weight tensor, once however often it is used */
    const char             *name; /* "dense1.weight" */
    int                     node; /* who declared it first */
    int                     decl; /* its number among the node's weights */
    const struct decl      *shape;
    const struct init_spec *init; /* from the file, or NULL */
    bool                    frozen, decay;
    double                  lr;
    int                     of; /* this is the transpose of param `of`, or -1 */
};

struct graph_node {
    enum node_role     role;
    const struct item *item;
    struct instance    inst;
    int               *in, *out; /* stream numbers */
    uint32_t           n_in, n_out;
    int               *param; /* param numbers, as declared */
    uint32_t           n_param;
    bool               trains; /* has a weight that is not frozen */
};

/* A regularizer on one weight tensor. */
struct weight_penalty {
    const struct item *item;
    int                param;
    struct instance    inst;
};

struct graph {
    struct arena          *arena;
    struct spec           *spec;
    struct services       *services;
    struct graph_node     *nodes;
    struct stream         *streams;
    struct param          *params;
    struct weight_penalty *penalties;
    size_t                 n_nodes, n_streams, n_params, n_penalties;
    size_t                 first_layer; /* nodes before it are the data's */
    int                    input;       /* the stream that the first layer reads, or -1 */
    int                    output;      /* the last layer's */
    int64_t                rows;        /* of a batch, what shapes were inferred for */
};

/* Wires and infers for batches of `rows`. NULL after errors. */
struct graph *graph_open(struct arena *a, struct spec *s, struct services *sv,
                         int64_t rows, struct diag *d);
/* From now on this stream of the model comes with the data; what makes it is idle. */
void graph_give(struct graph *g, const char *stream);
bool graph_given(const struct graph *g, int stream);
/* Repeats every setup for another number of rows; nothing is allocated. The data's part
 * is resized on its own: it may be a batch ahead. */
int  graph_resize(struct graph *g, int64_t rows, struct diag *d);
int  graph_resize_data(struct graph *g, int64_t rows, struct diag *d);
void graph_close(struct graph *g);

int graph_find(const struct graph *g, const char *stream); /* number, or -1 */
/* The tensor description of a stream: shape and type, data NULL. */
const nnp_tensor *graph_tensor(const struct graph *g, int stream);
const nnp_tensor *graph_made(const struct graph *g,
                             int                 stream); /* as its node makes it */
/* What stands for a stream in evaluation (when: train items left out). */
int  graph_resolve(const struct graph *g, int stream, bool train);
bool graph_runs(const struct graph_node *n, bool train);
/* Does it learn by itself, from the training rows (an estimator)? */
bool graph_fits(const struct graph_node *n);
/* Is state k of an estimator a sum over one pass: zeros at its start, in no file? */
bool    graph_gathers(const struct graph_node *n, uint32_t k);
int64_t graph_n_weights(const struct graph *g, bool trainable_only);
/* Multiply-adds of one sample forward: weights times positions, an estimate for `show`.
 */
double graph_flops(const struct graph *g, const struct graph_node *n);

/* build.c and infer.c, used by graph_open in this order */
int graph_build(struct graph *g, struct diag *d);
int graph_infer(struct graph *g, struct diag *d);
int graph_weights(struct graph *g, struct diag *d);

void graph_print(const struct graph *g, struct strbuf *out);  /* --after=graph */
void shapes_print(const struct graph *g, struct strbuf *out); /* --after=shapes */
#endif
