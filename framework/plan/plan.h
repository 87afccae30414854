/* SPDX-License-Identifier: MIT */
/* What is called in which order, and where every tensor of a step lies in one slab. An
 * activation behind a layer that says when its numbers are READY belongs to that one's
 * step, and runs over them while they are in the cache. There
 * is a plan for training and one for evaluation; both are made before the first batch. */
#ifndef NNP_PLAN_PLAN_H
#define NNP_PLAN_PLAN_H
#include <stdbool.h>
#include <stddef.h>
#include <nnpipe/fast.h>
#include "base/arena.h"
#include "base/strbuf.h"
#include "graph/graph.h"

enum plan_for {
    PLAN_TRAIN,    /* losses and penalties, forward and backward */
    PLAN_EVAL,     /* losses and metrics, forward */
    PLAN_KEEP,     /* every layer and prediction, forward, all streams stay readable */
    PLAN_FIT,      /* what leads to the items of the model that fit themselves, forward */
    PLAN_GRADIENT, /* up to one stream, forward as in evaluation, and back to the input */
    N_PLANS
};

enum step_kind {
    STEP_FORWARD, /* of a layer, loss or penalty */
    STEP_MEASURE, /* fit of a metric */
    STEP_BACKWARD,
    STEP_ADD /* stream's gradient += temporary */
};

struct step {
    enum step_kind kind;
    int            node;
    int            stream; /* STEP_ADD */
    int            input;  /* STEP_ADD: of the node whose temporary it is */
    /* FORWARD, BACKWARD: a node whose sweep follows in the same step, or -1 */
    int              then;
    const nnp_sweep *sweep;
};

enum buffer_kind { BUFFER_VALUE, BUFFER_GRADIENT, BUFFER_SAVED, BUFFER_TEMPORARY };
struct buffer {
    enum buffer_kind kind;
    int              owner;       /* stream, or node for SAVED and TEMPORARY */
    int              index;       /* SAVED: which; TEMPORARY: input */
    int              first, last; /* steps during which it is alive */
    int              same_as;     /* buffer it shares memory with, or -1 */
    size_t           bytes, offset;
};

struct plan {
    enum plan_for  what;
    int            of; /* PLAN_GRADIENT: the stream that is differentiated */
    struct step   *steps;
    size_t         n_steps;
    bool          *needed; /* by node */
    struct buffer *buffers;
    size_t         n_buffers;
    int           *value;     /* by stream: buffer or -1 */
    int           *gradient;  /* by stream: buffer or -1 */
    int          **saved;     /* by node, then number: buffer */
    int          **temporary; /* by node, then input: buffer of an extra din, or -1 */
    bool         **wants_din; /* by node, then input: is din computed at all */
    bool          *writes;  /* by node: is the first to give all its weights a gradient */
    bool          *written; /* by param: such a node sets its gradient */
    bool          *wants_grad; /* by stream: is its gradient computed */
    size_t         scratch;    /* bytes; every call has the same scratch place */
    size_t         scratch_at; /* offset of it, behind the buffers */
    size_t         bytes;      /* of the slab, scratch included */
};

enum { PLAN_ALIGN = 64 };

/* For batches of as many rows as the graph is wired for, or fewer. */
struct plan *plan_open(struct arena *a, const struct graph *g, enum plan_for what);
struct plan *plan_gradient(struct arena *a, const struct graph *g, int of);
/* Input stream k of node n in this plan: `when` items left out. */
int  plan_input(const struct plan *p, const struct graph *g, const struct graph_node *n,
                uint32_t k);
/* Does this plan have input k of the node at all? A target is read where something fits. */
bool plan_reads(const struct plan *p, const struct graph_node *n, uint32_t k);
bool plan_trains(const struct plan *p);
bool plan_goes_back(const struct plan *p);

/* schedule.c, liveness.c, memory.c: in this order */
void   schedule_steps(struct arena *a, const struct graph *g, struct plan *p);
void   liveness_find(struct arena *a, const struct graph *g, struct plan *p);
int    liveness_root(const struct plan *p, int b); /* the buffer whose place b shares */
void   memory_place(struct arena *a, const struct graph *g, struct plan *p);
size_t plan_round(size_t bytes);
/* What the tensors of a role take that lie one behind the other. */
size_t plan_room(const struct decls *d, uint32_t role);

void plan_print(const struct plan *p, const struct graph *g, struct strbuf *out);
void plan_print_layout(const struct plan *p, const struct graph *g, struct strbuf *out);

/* What a run needs, in bytes. data: as the loader says, 0 if it does not know yet. */
struct footprint {
    size_t weights, gradients, optimizer, train, eval, batches, best, data, total;
};
#endif
