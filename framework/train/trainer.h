/* SPDX-License-Identifier: MIT */
/* Epochs: training, evaluation, the best weights, when to stop, when to start anew. */
#ifndef NNP_TRAIN_TRAINER_H
#define NNP_TRAIN_TRAINER_H
#include "base/diag.h"
#include "report/report.h"
#include "run/feed.h"
#include "run/session.h"
#include "train/figures.h"

struct curve { /* a figure over the epochs */
    const char *name;
    double     *epoch, *value;
    size_t      n, room;
};

struct history {
    struct curve *curves; /* malloc'ed parts: it grows by epochs */
    size_t        n, room;
};

enum ending { ENDED_DONE, ENDED_WHEN, ENDED_PATIENCE, ENDED_SIGNAL, ENDED_DIVERGED };

struct outcome {
    enum ending ending;
    int         signal;
    int64_t     epochs, best_epoch; /* best 0: the weights as they were at the end */
    uint64_t    seed;
    int         attempts;
    bool        unless_met; /* retry.unless holds, or there is none */
    double      seconds;
};

struct place { /* where a run stands: what a checkpoint needs besides weights and states
                */
    int64_t epoch;                 /* the one to go on with, from 1 */
    int64_t batches, rows;         /* of it that are done */
    double  loss, count, penalty;  /* sums over these */
    int64_t since_best, holds_for; /* epochs: stop.patience, stop.for */
    int64_t attempt;               /* from 1 */
    int64_t first_update;          /* the update number at the start of the epoch */
    int64_t skipped, skips_in_row; /* train.health: updates left out */
    int64_t halvings;              /* of the rate */
    int64_t finished;              /* `stop` said so: going on adds nothing */
    double  seconds;               /* spent before */
};

struct trainer {
    struct session *session;
    const char     *resume; /* folder of the run to go on with, or NULL */
    struct place    at;
    double          saved_at;   /* when the latest checkpoint was written */
    double          save_takes; /* seconds it took */
    struct report  *report;
    const char     *folder; /* weights are written there; NULL: nowhere */
    struct history  history;
    struct figures  figures;    /* of the latest epoch */
    struct figures  finals;     /* of the kept weights, all splits */
    bool            want_lasts; /* and those of the last epoch, before the best return */
    struct figures  lasts;
    float          *best;
    unsigned char  *best_states;
    unsigned char  *sound_states; /* before the update at hand; train.health: skip */
    double          best_value;
    struct outcome  outcome;
    volatile int   *interrupted; /* signal number, or 0 */
    volatile int   *snapshot;    /* not 0: a checkpoint is asked for; or NULL */
};

/* Trains as the spec says; the weights that are kept are in the session afterwards. -1:
 * an error; a diverged run is an error of DIAG_DIVERGED with the last good weights
 * restored. */
int trainer_run(struct trainer *t, struct diag *d);
/* Figures of the kept weights on every split there is, into finals. */
int  trainer_finish(struct trainer *t, struct diag *d);
/* The weights and states of the best epoch go into the session. */
void trainer_restore_best(struct trainer *t);
void trainer_close(struct trainer *t);

/* weightfile.c: best.nnw, last.nnw */
int weightfile_write(struct session *s, const char *path, const char *const *meta,
                     struct diag *d);
/* FOLDER/FILE of the run, if it has a folder; epoch-N.nnw for train.keep.every. */
int weightfile_keep(struct trainer *t, const char *file, int64_t epoch, struct diag *d);
int weightfile_keep_epoch(struct trainer *t, int64_t epoch, struct diag *d);
int weightfile_read(struct session *s, const char *path, struct diag *d);
/* Takes the tensors that the model has by name and size, leaves the others as they are. */
int weightfile_carry(struct session *s, const char *path, struct diag *d);

/* fit.c: items that fit themselves; 1: interrupted. What they said about their last pass
 * goes to the finals: train.kmeans1.inertia. */
int  trainer_fit(struct trainer *t, struct diag *d);
void trainer_facts(struct trainer *t);

/* history.c */
void history_add(struct history *h, const char *name, double epoch, double value);
const struct curve *history_find(const struct history *h, const char *name);
void                history_clear(struct history *h);
#endif
