/* SPDX-License-Identifier: MIT */
/* One batch through a plan. It lies where the feed put it, and the frames have as many rows
 * (frames_rows). */
#ifndef NNP_RUN_STEP_H
#define NNP_RUN_STEP_H
#include "run/session.h"

struct meter { /* seconds spent since somebody cleared them */
    double *forward, *backward; /* by node */
    double  clear;              /* making gradients zero */
};

struct all_rows; /* run/all_rows.h */

struct walk { /* over the steps of a plan; what is not said is 0 */
    enum plan_for what;
    bool          fresh;   /* PLAN_TRAIN: begins an update, gradients of before are gone */
    int64_t       rows;    /* PLAN_TRAIN: of the whole update; 0: this batch is all */
    const float  *factors; /* PLAN_GRADIENT: of the stream's elements */
    struct meter *meter;   /* NULL: nobody measures */
    /* Metrics that want all rows at once: they get this batch, their fit is not called. */
    struct all_rows *whole;
    size_t           n_whole;
    int64_t          first; /* the place of the batch among all rows */
    /* Asked after every forward; NULL: nobody watches. Not 0 ends the walk. */
    int (*watch)(const struct session *s, const struct graph_node *n, struct diag *d);
    /* Shown every node behind its forward, and before its backward: then its dout is whole,
     * and what later steps put in the same place is not there yet. NULL: nobody looks. */
    void (*look)(void *arg, const struct graph_node *n, bool back);
    void *look_arg;

    /* What came of it. */
    double loss, count; /* the loss as a sum over rows, and how many these are */
    double penalty;     /* on streams */
};

/* Forward, and back for the plans that go back. The plan must have been asked for. Only
 * the frames and the memory behind the session change. */
int step_run(const struct session *s, struct walk *w, struct diag *d);
/* The forward steps of a plan up to a node, without it: its inputs are then there. */
int step_before(const struct session *s, enum plan_for what,
                const struct graph_node *node, struct diag *d);
/* Tells an instance how far the training is, and keys its random numbers by purpose and
 * key. */
void step_clock(const struct pace *p, struct instance *i, const char *purpose,
                uint64_t key);
#endif
