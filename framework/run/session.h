/* SPDX-License-Identifier: MIT */
/* Everything a run holds, allocated once: weights, gradients, states, slabs, optimizers,
 * the feed of batches. Between session_open and session_close nothing is allocated by a
 * step. */
#ifndef NNP_RUN_SESSION_H
#define NNP_RUN_SESSION_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/pool.h"
#include "frames/frames.h"
#include "graph/graph.h"
#include "plan/plan.h"
#include "pipeline/spec.h"

struct group {       /* weights that one optimizer call may update together */
    size_t first, n; /* floats in the slab */
    double lr;
    bool   decay;
};

struct weights {
    float        *w, *g;      /* all parameters, all gradients: same offsets */
    size_t       *offset;     /* by param, in floats, 64-byte aligned */
    size_t        n;          /* floats in all */
    size_t        n_trained;  /* the trained ones come first, group by group */
    size_t        n_gradient; /* then those whose gradient goes elsewhere (transposed) */
    struct group *groups;
    size_t        n_groups;
};

struct updater { /* one optimizer instance and what it updates */
    const struct item *item;
    struct instance    inst;
    int             group; /* whose lr and decay count; -1: all of them */
    size_t         *at;    /* offset of each of its weights */
    const double   *lr;    /* the live parameter of its configuration, or NULL */
    double          factor;
};

struct stage_input; /* run/stage_input.h */

struct driven { /* a schedule at work */
    const struct schedule_spec *spec;
    struct instance             inst;
    double                      base;  /* value in the file */
    double                      value; /* now, of all that are driven */
    bool                        each_epoch;
    double                      watched;
};

struct saved_state {  /* a STATE tensor of a node, by name, for files and snapshots */
    const char *name; /* "data.scale1.min", "batchnorm1.mean" */
    nnp_tensor *t;
    size_t      offset; /* in the state slab */
    bool        lasts;  /* learned, not just what an estimator adds up in a pass */
};

struct meter { /* seconds spent in each node since somebody cleared them */
    double *forward, *backward; /* by node */
};

struct session {
    struct arena   *arena;
    const struct spec  *spec;
    struct services     services; /* its seed is that of this attempt */
    struct pool        *pool;
    struct frames      *frames;
    const struct graph *graph; /* of the frames */
    struct plan    *plans[N_PLANS]; /* by enum plan_for */
    struct plan    *bound;          /* whose addresses the frames hold */
    unsigned char  *slab;
    size_t          slab_bytes;
    struct weights  weights;
    struct updater *updaters;
    size_t          n_updaters;
    struct driven  *schedules;
    size_t          n_schedules;
    unsigned char  *states;
    size_t          states_bytes;
    struct saved_state  *state;
    size_t               n_state;
    unsigned char       *optimizer_states;
    size_t               optimizer_bytes;
    struct row_range     splits[N_SPLITS]; /* rows of the data, once they are read */
    struct feed         *feed;
    void               **stream; /* by stream: where a batch of the data lies now */
    const struct stage_input *cached; /* a stream that comes with the data, or NULL */
    struct footprint     footprint;
    uint64_t             update; /* number of updates done */
    double               progress, epoch;
    double rate;     /* factor on every learning rate, 1 until train.health halves it */
    float  steepest; /* largest gradient of the latest update */
    /* Asked after every forward of a step; NULL: nobody watches. Not 0 ends the step. */
    int (*watch)(struct session *s, const struct graph_node *n, struct diag *d);
    int64_t       rows;    /* of the batch at hand */
    bool          empty;   /* no gradient of this update was computed yet */
    double        penalty; /* of the step at hand: stream penalties */
    const float  *factors; /* PLAN_GRADIENT: of the stream's elements */
    struct meter *meter;   /* NULL: nobody measures */
};

struct session_options {
    int64_t              threads; /* 0: as the file says, else the machine's */
    int64_t              batch;   /* rows the slab must hold; 0: train.batch */
    bool                 train;   /* gradients and optimizers are wanted */
    bool                 keep;    /* PLAN_KEEP is wanted (predict, reports) */
    int64_t              max_mem; /* refuse above, 0: no limit */
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
/* Weights, states and counters as at the start, from this seed. */
int session_reset(struct session *s, uint64_t seed, struct diag *d);
/* The memory that a run of this spec takes, before anything of it is allocated. */
void session_footprint(const struct session *s, const struct session_options *o,
                       struct footprint *f);
/* The plan, and the memory for it, of a stream's gradient with respect to the model's
 * input, for batches of the size at hand. */
int session_gradient(struct session *s, int stream, struct diag *d);
/* Memory for tensors, all zeros, to be freed; NULL after "WHAT need 12.3 MiB ...". */
unsigned char *session_zeros(size_t bytes, const char *what, struct diag *d);

/* ---- weights.c ---- */
void   weights_layout(struct arena *a, const struct graph *g, struct weights *w);
int    weights_allocate(struct weights *w, bool gradients, struct diag *d);
int    weights_init(struct session *s, struct diag *d);
/* Copies of transposed weights follow their originals; their gradients go back. */
void weights_mirror(struct session *s);
void weights_collect(struct session *s);
void weights_close(struct weights *w);

/* ---- step.c ---- */
/* Points every frame at the slab; cheap when it already is. */
void step_bind(struct session *s, enum plan_for what);
/* Begins an update: gradients of weights count as 0, and are so unless set at once. */
void step_clear(struct session *s);
/* Rows of the batch at hand, the last one is often short. */
int step_rows(struct session *s, int64_t rows, struct diag *d);
/* Forward, and backward when plan_for is PLAN_TRAIN. The loss comes as a sum over its
 * values and their number. */
int step_run(struct session *s, enum plan_for what, double *loss_sum, double *loss_count,
             struct diag *d);
/* The forward steps of a plan up to a node, without it: its inputs are then there. */
int step_before(struct session *s, enum plan_for what, const struct graph_node *node,
                struct diag *d);

/* Tells an instance how far the training is, and keys its random numbers by that and the
 * purpose. */
void step_clock(const struct session *s, struct instance *i, const char *purpose);

/* ---- update.c ---- */
int  update_open(struct session *s, struct diag *d);
int  update_allocate(struct session *s, struct diag *d);
/* What an instance keeps from one update to the next. */
size_t update_state_bytes(const struct instance *i);
void update_bind(struct session *s); /* to the weights, once they have a place */
/* Schedules that follow steps, penalties on weights, the chain of optimizers,
 * projections. */
int update_run(struct session *s, struct diag *d);
/* Schedules that follow epochs; `watched` by metric. */
int    update_epoch(struct session *s, double (*metric)(void *, const char *), void *arg,
                    struct diag *d);
/* Gives what a schedule drives this value. -1: it does not take it. */
int    update_drive(struct session *s, struct driven *v, double value);
double update_rate(const struct session *s); /* learning rate now, NaN without one */
double update_penalty(struct session *s,
                      struct diag    *d); /* penalties on weights, summed */
void   update_close(struct session *s);

/* ---- health.c ---- */
/* Where in the data the batch at hand lies, for messages. */
struct where {
    int64_t epoch, step, first, last; /* rows in the order of the epoch, from 0 */
};
/* The largest gradient by magnitude; not finite if one of them is not. */
float health_steepest(const struct session *s);
/* After a number that is not finite: which item made the first one. Always -1. */
int health_diverged(struct session *s, const struct where *w, struct diag *d);
#endif
