/* SPDX-License-Identifier: MIT */
/* Everything a run holds, by how long it lives. Between session_open and session_close
 * nothing is allocated by a step. */
#ifndef NNP_RUN_SESSION_H
#define NNP_RUN_SESSION_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/pool.h"
#include "frames/bind.h"
#include "frames/frames.h"
#include "graph/graph.h"
#include "plan/plan.h"
#include "pipeline/spec.h"

struct stage_input; /* run/stage_input.h */

/* How far the training is: what a step must not lose, but for tensors. A checkpoint holds
 * all of it, see train/state.c, and session_reset sets all of it. */
struct pace {
    uint64_t seed;     /* of this attempt */
    uint64_t update;   /* number of updates done */
    double   progress; /* 0 to 1, as far as the end is known */
    double   epoch;    /* with its part that is done */
    double   rate;     /* factor on every learning rate, 1 until train.health halves it */
    double  *watched;  /* by schedule: the figure it follows, NaN: there is none yet */
    double  *driven;   /* by schedule: what its parameter is now */
};

/* How much rows count in a loss, see loss_weights.h. */
struct loss_weights {
    const struct graph_node *node;
    int                      rows; /* stream of sample_weight, or -1 */
    double *class;                 /* by class; NULL: all count the same */
    size_t n_classes;
};

struct at_hand {   /* the batch that is; random numbers hang on it */
    uint64_t part; /* of the update, from 0, of `accumulate` */
    uint64_t row;  /* of the data, where it begins */
};

struct session {
    struct arena       *arena;
    const struct spec  *spec;
    struct services     services; /* their seed is that of the pace */
    struct frames      *frames;
    const struct graph *graph;          /* of the frames */
    const struct plan  *plans[N_PLANS]; /* by enum plan_for; NULL: not asked for */
    struct footprint    footprint;
    struct memory       memory;
    struct feed        *feed;
    struct row_range    splits[N_SPLITS]; /* places in `order`, once the data are read */
    int64_t            *order;            /* rows of the data; NULL: a place is a row */
    int64_t             in_proportion;    /* classes that are so in all parts, or 0 */
    struct loss_weights
                  *loss_weights; /* of the losses whose rows do not count the same */
    size_t         n_loss_weights;
    float         *own_units; /* what metrics get in the data's unit, or NULL */
    struct pace    pace;
    char           run[17]; /* what its files are told by, see environment.h; or "" */
    struct at_hand batch;
};

struct session_options {
    int64_t                   threads; /* 0: as the file says, else the machine's */
    int64_t                   batch;   /* rows the slab must hold; 0: train.batch */
    bool                      train;   /* gradients and optimizers are wanted */
    bool                      keep;    /* PLAN_KEEP is wanted (predict, reports) */
    int64_t                   max_mem; /* refuse above, 0: no limit */
    const struct stage_input *cached;  /* a stream computed before, or NULL */
};

/* Threads and services come before the spec, because the loader works with them. */
struct session *session_new(struct arena *a, uint64_t seed);
/* The plan, the memory, the data as read, the weights as initialized. What fits itself to
 * the data is not fitted yet: see train/fit.h. -1 with a message. */
int  session_open(struct session *s, const struct spec *spec,
                  const struct session_options *o, struct diag *d);
void session_close(struct session *s);
/* Graph, plans and footprint only: nothing is allocated for tensors, no data are read. */
int session_plan(struct session *s, const struct spec *spec,
                 const struct session_options *o, struct diag *d);
/* Weights, states and pace as at the start, from this seed. */
int session_reset(struct session *s, uint64_t seed, struct diag *d);
/* The plan, and the memory for it, of a stream's gradient with respect to the model's
 * input, for batches of the size at hand. */
int session_gradient(struct session *s, int stream, struct diag *d);
#endif
