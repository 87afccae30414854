/* SPDX-License-Identifier: MIT */
/* One training step with every number of it kept: the trainer's own forward, backward and
 * update, looked at from outside. Nothing is computed a second time. */
#ifndef NNP_EXPLAIN_CAPTURE_H
#define NNP_EXPLAIN_CAPTURE_H
#include "base/split.h"
#include "run/session.h"

struct capture { /* all in the arena */
    struct arena   *arena;
    struct session *session;
    enum split      split;
    int64_t         first, rows;
    size_t         *n;     /* by stream: numbers of the batch */
    float         **value; /* by stream; NULL: nobody read or made it */
    float         **error; /* by stream: the derivative of E; NULL: it has none */
    float         **after; /* by stream: the same rows after the update */
    /* Slabs of all parameters: before, their gradients, those that the optimizers were
     * left (with penalties, clipped), and after. */
    float  *w, *g, *seen, *w_after;
    float  *moved;                /* room for the weights elsewhere */
    float **state, **state_after; /* by updater: its states one behind the other */
    double  loss, loss_after;
    bool    updated; /* the session is behind the step, its weights are w_after */
};

/* Rows of a split from `first`, with the random numbers of this very update. The session
 * was opened for training and for as many rows; its weights are those after the step. */
int capture_step(struct capture *c, struct arena *a, struct session *s, struct diag *d);
/* Forward and backward alone: w, g and loss, and the session stays before the step. The
 * gradients of transposed weights are with those of their originals. */
int capture_gradient(struct capture *c, struct arena *a, struct session *s,
                     struct diag *d);
/* The loss of the same rows, with the same random numbers, if the weights before the step
 * were these. */
int capture_loss(struct capture *c, const float *weights, double *loss, struct diag *d);
#endif
