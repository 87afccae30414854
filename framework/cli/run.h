/* SPDX-License-Identifier: MIT */
/* One training, as `nnpipe run` does it; staged.c does several of them. */
#ifndef NNP_CLI_RUN_H
#define NNP_CLI_RUN_H
#include "cli/command.h"
#include "jobs/load.h"
#include "view/results.h"
#include "train/trainer.h"
#include "view/view.h"

struct run {
    struct cli     *cli;
    struct loading  loading;
    struct loaded   pipeline;
    struct report   report;
    struct trainer  trainer;
    struct view     view;
    const char     *folder;
    const char     *resume;  /* folder of the training to go on with, or NULL */
    int             lock;    /* on it, once there is one; -1: somebody else's */
    const char     *expect;  /* --expect */
    const char     *limit;   /* --call-limit */
    bool            guard;   /* --guard */
    int64_t         seeds;   /* --seeds N: try that many, keep nothing */
    struct results *results; /* of all trainings of the file, or NULL */
    const char     *stage;   /* the one this is, "" */
    uint64_t        seed;
    bool            more_seeds; /* of several: reports wait for the last seed */
    size_t          n_done;     /* of several: trainings that were begun */
    int             stopped;    /* of several: the signal that did it, or 0 */
};

/* Trains, evaluates, says how it went, makes the reports. -1: it could not be trained; what
 * is wrong with a report is an error in the diag alone. */
int run_train(struct run *r);
/* --expect, on the final figures. -1 when it does not hold. */
int               run_expectation(struct run *r);
void              run_catch_signals(void);
struct report_to  run_report_to(const struct cli *c);
void              run_close(struct run *r);

/* Does the file ask for more than one training? */
bool staged_wanted(const struct spec *s);
/* All trainings of the file that r has open. */
int staged_run(struct run *r);
#endif
