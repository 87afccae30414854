/* SPDX-License-Identifier: MIT */
/* All that a training is at one moment, and the same as lists of named things: tensors, and
 * numbers with their names. A checkpoint is these lists in a file; who adds something to a
 * training adds it here, and it is written and read back. */
#ifndef NNP_TRAIN_STATE_H
#define NNP_TRAIN_STATE_H
#include "run/session.h"
#include "train/goal.h"
#include "train/history.h"
#include "train/safetensors.h"

struct portion { /* of an epoch */
    int64_t batches, rows;
    double  loss, count, penalty; /* sums over these */
};

struct position { /* where a training stands */
    int64_t epoch;                 /* the one to go on with, from 1; 0: it has not begun */
    int64_t done;                  /* epochs that were gone through */
    struct portion part;           /* of the epoch at hand that is done */
    int64_t attempt;               /* from 1 */
    int64_t first_update;          /* the update number at the start of the epoch */
    int64_t skipped, skips_in_row; /* train.health: updates left out */
    int64_t halvings;              /* of the rate */
    int64_t finished;              /* `stop` said so: going on adds nothing */
    double  seconds;               /* spent before saved_at of the trainer */
};

struct champion { /* train.retry: of the attempts so far the one to keep */
    int64_t         attempt; /* 0: there is none; the rest means nothing then */
    int64_t         done;    /* its epochs */
    int64_t         ending;  /* enum ending */
    struct standing standing;
    struct history  history;
    struct pace     pace; /* at its end */
    float          *best; /* NULL: the file has no retry */
    unsigned char  *best_states;
};

struct state {
    struct session *session; /* weights, learned states, optimizers, counters; borrowed */
    struct position at;
    struct standing standing;
    struct history  history;
    struct figures  figures;      /* of the latest epoch */
    struct figures  lasts; /* of the last weights of the attempt to keep, if wanted */
    float          *best;  /* the weights of the best epoch so far; those of the start */
    unsigned char  *best_states; /* and what else was learned by then */
    struct champion champion;
    unsigned char  *sound_states; /* before the update at hand; train.health: skip */
};

struct state_tensors {
    struct named_tensor *v;
    size_t               n, room;
};

/* One of the three is set. */
struct state_number {
    const char *name;
    int64_t    *i;
    double     *r;
    uint64_t   *u;
};

/* Memory for the best weights. -1 with a message. */
int  state_open(struct state *s, struct session *session, struct diag *d);
void state_close(struct state *s); /* may be all zeros */
/* Nothing was trained yet, but for this attempt; the session is not touched. */
void state_forget(struct state *s, int64_t attempt);
/* The weights and learned states of the session become the best ones, and back. */
void state_keep_best(struct state *s);
void state_restore_best(struct state *s);
/* The attempt at hand becomes the champion: its best weights, history and standing move
 * there. Only where the spec has a retry. */
void state_crown(struct state *s, enum ending ending);
/* And back, with the pace of the session; there must be a champion. The attempt at hand
 * is lost. Its number stays in s->at. */
enum ending state_take_champion(struct state *s);

/* Weights, optimizer and schedule states, learned states, the best of both so far: data
 * points into the session and s. */
void state_tensors(struct arena *a, struct state *s, struct state_tensors *out);
/* What grows: the curves so far, two tensors each, epochs.NAME and values.NAME; those of
 * the champion, and `lasts`, a tensor of one number each. */
void state_curves(struct arena *a, const struct state *s, struct state_tensors *out);
/* The position, figures and counters. */
struct state_number *state_numbers(struct arena *a, struct state *s, size_t *n);
/* Name, shape and optimizer of all that is trained, hashed: what a checkpoint belongs
 * to. */
const char *state_owner(struct arena *a, const struct session *s);
/* "layer dense 1.0, loss bce 1.0": the plugins that compute, each once. */
const char *state_plugins(struct arena *a, const struct session *s);
#endif
