/* SPDX-License-Identifier: MIT */
/* What works between two steps, opened for the weights of a graph: the chain of optimizers,
 * and the schedules. */
#ifndef NNP_FRAMES_CHAIN_H
#define NNP_FRAMES_CHAIN_H
#include "call/instance.h"
#include "frames/weights.h"

struct updater { /* one optimizer instance and what it updates */
    const struct item *item;
    struct instance    inst;
    int                group; /* whose lr and decay count; -1: all of them */
    size_t            *at;    /* offset of each of its weights */
    const double      *lr;    /* the live parameter of its configuration, or NULL */
    double             factor;
};

struct driver { /* a schedule and the parameter that it drives */
    const struct schedule_spec *spec;
    struct instance             inst;
    double                      base; /* value in the file */
    bool                        each_epoch;
};

struct update_chain { /* all zeros: nothing is open */
    struct updater *updaters;
    struct driver  *drivers; /* in the order of the file */
    size_t          n_updaters, n_drivers;
};

/* An optimizer that works number by number gets a call a group, one that asks for all
 * weights a single one, any other a call a tensor. What is open after an error is in
 * `c`. */
int  chain_open(struct update_chain *c, struct arena *a, const struct graph *g,
                const struct weights *w, struct services *services, struct diag *d);
void chain_close(struct update_chain *c);
#endif
