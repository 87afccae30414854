/* SPDX-License-Identifier: MIT */
/* What the trainings of a file came to, stage by stage and seed by seed; each is kept in
 * its folder as results.csv, which also says that the training is done. */
#ifndef NNP_VIEW_RESULTS_H
#define NNP_VIEW_RESULTS_H
#include "base/arena.h"
#include "base/diag.h"
#include "train/figures.h"

struct curve;
struct history;

struct shown { /* a file in report/ of a training that is about all of them */
    const char *report, *file;
};

struct result {           /* one training */
    const char    *stage; /* "": the file has no stages */
    uint64_t       seed;
    const char    *folder;
    struct figures kept, last; /* of the kept weights; of those of the last epoch */
    struct curve  *curves; /* of metrics.csv */
    size_t         n_curves;
    const char   **missed; /* what was expected of it and did not come */
    size_t         n_missed;
    struct shown  *shown;
    size_t         n_shown;
};

struct results {
    struct arena      *arena;
    const char *const *stages; /* NULL-terminated */
    struct result     *v;
    size_t             n, room;
};

/* Copies the figures; of `last` there may be none: then the last weights are the kept
 * ones. */
struct result *results_add(struct results *r, const char *stage, uint64_t seed,
                           const struct figures *kept, const struct figures *last);
/* One more of the kept weights, as a report finds it. */
void results_add_figure(struct results *r, struct result *one, const char *name,
                        double value);
/* Copies the curves as well. */
void results_add_curves(struct results *r, struct result *one, const struct history *h);
/* Copies the errors of `said` that are missed expectations. */
void results_add_missed(struct results *r, struct result *one, const struct diag *said);
void results_add_shown(struct results *r, struct result *one, const char *report,
                       const char *file);
int  results_write(const struct result *r, const char *folder, struct diag *d);
/* 1: read and added, what it missed is an error again; 0: the training in this folder is
 * not done; -1 after a message. */
int results_read(struct results *r, const char *stage, uint64_t seed, const char *folder,
                 struct diag *d);
/* NULL: there is none. */
const struct curve *results_curve(const struct result *r, const char *metric);
#endif
