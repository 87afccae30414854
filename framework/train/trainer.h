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
    uint64_t    seed;               /* of the attempt that is kept, as the two above */
    int64_t     attempt, attempts;  /* the one that is kept, from 1, of how many */
    bool        unless_met;         /* retry.unless holds, or there is none */
    double      seconds;
};

struct trainer {
    /* What its owner sets before trainer_run; all may be zero but the first two. */
    struct session *session;
    struct report  *report;
    const char     *folder;      /* weights and checkpoints go there; NULL: nowhere */
    const char     *resume;      /* folder of the run to go on with, or NULL */
    bool            one_attempt; /* whatever train.retry says */
    bool            want_lasts;  /* figures of the last epoch too, before the best return */
    /* Brings weights of another training into the initial ones of a further attempt, as
     * the owner did for the first one; NULL: there are none. */
    int (*carry)(void *arg, struct session *s, struct diag *d);
    void           *carry_arg;
    volatile int   *interrupted; /* signal number, or 0 */
    volatile int   *snapshot;    /* not 0: a checkpoint is asked for; or NULL */
    /* Called after each update, on the thread that trains; NULL: nobody is. The update is
     * whole: weights, learned states and the counters of the session are those after it.
     * It may read all of the session and of `state`, copy them, wait, set parameters that
     * are NNP_LIVE and session->pace.rate, and write weights (weights_mirror then). It must
     * not run rows through this session (feed_, step_, evaluate_): the epoch at hand goes
     * on with its next batch. Not 0: the training ends here, as a signal would end it but
     * with ENDED_ASKED. Updates that train.health leaves out are none. */
    int (*between)(struct trainer *t, void *arg);
    void *between_arg;
    /* Called after each epoch, once it is measured and judged; NULL: nobody is.
     * state.figures and state.history have the epoch. It may read, and change nothing.
     * Not 0: the training ends here with ENDED_ASKED, and with no checkpoint of its end:
     * one that is resumed asks again. */
    int (*after_epoch)(struct trainer *t, int64_t epoch, void *arg);
    void *after_epoch_arg;
    /* Nothing is measured after an epoch: none is the best one, no condition of stop and
     * retry is asked, a schedule that follows a figure has none to follow. */
    bool figures_on_demand;

    /* What came of it. */
    struct outcome outcome;
    struct state   state;  /* history, figures and those of the last weights are in here */
    struct figures finals; /* of the kept weights, all splits; reports add theirs */

    /* The trainer's own. */
    struct goal goal;
    bool        asked;      /* by the hook: to end */
    float       steepest;   /* largest gradient of the latest update */
    double      begun, from; /* this attempt here: when, and at which progress */
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

/* For trainer_run: the epochs of the attempt at hand, from where its state stands, and
 * whether somebody has asked for the end, which goes into the outcome. */
int  trainer_epochs(struct trainer *t, struct diag *d);
bool trainer_is_interrupted(struct trainer *t);
#endif
