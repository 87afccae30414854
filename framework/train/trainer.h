/* SPDX-License-Identifier: MIT */
/* Trains a session as its spec says: epochs and attempts, figures after each epoch, the
 * best weights, checkpoints. */
#ifndef NNP_TRAIN_TRAINER_H
#define NNP_TRAIN_TRAINER_H
#include "base/diag.h"
#include "report/report.h"
#include "run/session.h"
#include "train/goal.h"
#include "train/state.h"

struct outcome { /* valid after trainer_run, whatever it returned */
    enum ending ending;
    int         signal;
    int64_t     epochs, best_epoch; /* best 0: the weights as they were at the end */
    uint64_t    seed;
    int         attempts;
    bool        unless_met; /* retry.unless holds, or there is none */
    double      seconds;
};

struct trainer {
    /* What its owner sets before trainer_run; all may be zero but the first two. */
    struct session *session;
    struct report  *report;
    const char     *folder;      /* weights and checkpoints are written there; NULL: nowhere */
    const char     *resume;      /* folder of the run to go on with, or NULL */
    bool            want_lasts;  /* figures of the last epoch too, before the best return */
    volatile int   *interrupted; /* signal number, or 0 */
    volatile int   *snapshot;    /* not 0: a checkpoint is asked for; or NULL */

    /* What came of it. */
    struct outcome outcome;
    struct state   state;  /* history and figures are in here */
    struct figures finals; /* of the kept weights, all splits; reports add theirs */
    struct figures lasts;

    /* The trainer's own. */
    struct goal goal;
    double      saved_at;   /* when the latest checkpoint was written */
    double      save_takes; /* seconds it took */
};

/* Trains as the spec says; the weights that are kept are in the session afterwards. -1:
 * an error; a diverged run is an error of DIAG_DIVERGED with the last good weights
 * restored. */
int trainer_run(struct trainer *t, struct diag *d);
/* Figures of the kept weights on every split there is, into finals, and best.nnw. */
int  trainer_finish(struct trainer *t, struct diag *d);
void trainer_close(struct trainer *t);
#endif
