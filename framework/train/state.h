/* SPDX-License-Identifier: MIT */
/* What a training run consists of, as lists of named things: tensors, and numbers with
 * their names. A checkpoint is these lists in a file; who adds something to a run adds it
 * here, and it is written and read back. */
#ifndef NNP_TRAIN_STATE_H
#define NNP_TRAIN_STATE_H
#include "train/safetensors.h"
#include "train/trainer.h"

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

/* Weights, optimizer and schedule states, learned states, the best of both so far: data
 * points into the run. */
void state_tensors(struct arena *a, struct trainer *t, struct state_tensors *out);
/* The curves so far, two tensors each: epochs.NAME and values.NAME. */
void state_curves(struct arena *a, const struct history *h, struct state_tensors *out);
/* The position, figures and counters. */
struct state_number *state_numbers(struct arena *a, struct trainer *t, size_t *n);
/* Name, shape and optimizer of all that is trained, hashed: what a checkpoint belongs to. */
const char *state_owner(struct arena *a, const struct trainer *t);
/* "layer dense 1.0, loss bce 1.0": the plugins that compute, each once. */
const char *state_plugins(struct arena *a, const struct trainer *t);
#endif
