/* SPDX-License-Identifier: MIT */
/* One training: a session goes in, and what came of it is told, kept in a folder and shown
 * in reports. */
#ifndef NNP_JOBS_JOB_H
#define NNP_JOBS_JOB_H
#include "jobs/load.h"
#include "language/expr.h"
#include "train/trainer.h"
#include "view/results.h"

struct job {
    const struct stage_spec *stage; /* NULL: the file has none */
    uint64_t    seed;               /* that the session has */
    const char *folder; /* NULL: nothing is kept, and nobody is told anything */
    const char *name;   /* among several, before the lines of its result: "tune/seed2: " */
    bool resumed;       /* it goes on with what the folder holds */
    int64_t fold;       /* of data.split, for a try; -1: as the file says */
    bool one_attempt;   /* train.retry is not followed */
    bool wants_figures; /* `finals` are kept; whoever has the job closes them */
    bool reports;       /* are made when it is done */
    bool watched;       /* job_setting.after_epoch is called */
    const struct expr *expect; /* asked of the figures of the kept weights; NULL: nothing */

    /* What came of it. */
    struct outcome outcome; /* outcome.attempts 0: it was not begun */
    struct figures finals;  /* of the kept weights, if they are wanted */
    int            met;     /* does `expect` hold? -1: it was not asked */
};

struct job_setting { /* what the jobs of a list have in common; all may be zero */
    struct report_to to;
    int64_t          now;         /* see clock_iso */
    volatile int    *interrupted; /* signal number, or 0; NULL: nobody interrupts */
    volatile int    *snapshot;    /* not 0: a checkpoint is asked for; or NULL */
    /* What the stages before left goes into the initial weights; NULL: nothing does. */
    int (*carry)(void *arg, const struct job *job, struct session *s, struct diag *d);
    void            *carry_arg;
    struct results  *results;     /* of all trainings of the file; NULL: it has one */
    /* See struct trainer; of jobs that are watched, and once more when one has ended, with
     * epoch 0. NULL: nobody is called. */
    int (*after_epoch)(struct trainer *t, int64_t epoch, void *arg);
    void *after_epoch_arg;
};

/* Trains a started session as its spec says. What a report expects and misses is an error
 * in l->diag and nothing else. -1: it could not be trained, or `expect` not be asked. */
int job_run(struct job *j, const struct job_setting *w, const struct loading *l,
            struct loaded *p);
#endif
