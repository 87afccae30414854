/* SPDX-License-Identifier: MIT */
/* What the files of this folder share: a search, and its trials as far as they are known.
 * */
#ifndef NNP_SEARCH_STATE_H
#define NNP_SEARCH_STATE_H
#include "call/instance.h"
#include "jobs/job.h"
#include "jobs/load.h"
#include "report/report.h"
#include "search/space.h"

struct search_trial {
    int64_t     number;
    bool        asked;    /* the settings are known */
    double     *x;
    const char *by;       /* who gave them: a sampler, "file" or "chance" */
    bool       *seen;     /* of the trials before it: whose results it was given */
    bool        logged;   /* some log has the settings */
    bool        told;     /* the result is known */
    uint32_t    state;    /* NNP_TRIAL_DONE, STOPPED, FAILED */
    int64_t     epochs, best_epoch;
    double      value;    /* the goal's figure; NaN: failed */
    double     *best;     /* by epoch, from 0: the best so far, less is better */
    int64_t     n_best;
    const char *reason;   /* of a failure, or NULL */
    const char *figures;  /* JSON, or NULL */
    char        sha256[65]; /* of the weights; "": there are none */
    double      seconds;
    int64_t     claim;    /* that it was done in */
    bool        dropped;  /* its weights are gone */
};

struct search_log { /* a file of lines that was read so far */
    const char *path;
    int64_t     at;
};

struct search_lease { /* a claim from another machine, as this process has watched it */
    const char *path;
    int64_t     beat;
    double      since;
};

struct search_options {
    const char *out;      /* folder of the search, joined if it has one; NULL: a new one */
    bool        force;    /* what `out` holds is replaced */
    int64_t     parallel; /* 0: as the file says */
    int64_t     trials;   /* 0: as the file says */
    double      lease;    /* seconds that another machine's claim may be still, 0: 120 */
    struct report_to to;
    int64_t          now;         /* as job_setting has it */
    volatile int    *interrupted; /* signal number, or 0; NULL: nobody interrupts */
};

struct search { /* all zero: none, search_close may be called */
    const struct loading     *loading;
    const struct search_spec *spec;
    struct search_options     options;
    const char               *name;   /* of the file */
    const struct source      *source; /* what is in the folder's pipeline.yaml */
    const char               *folder;
    int64_t                   epochs; /* of a whole trial, 0: it has none */
    struct space              space;
    int64_t                   size;   /* of the space; -1: without end */
    int64_t                   trials, parallel; /* INT64_MAX: no limit */
    double                   *first;  /* the file as written, as a point; NULL: outside */

    struct services services;         /* of the sampler */
    struct instance sampler;

    struct search_trial **trial;      /* by number */
    int64_t               n, room;
    struct search_log    *log;        /* all that there are */
    size_t                n_logs;
    struct search_lease  *lease;
    size_t                n_leases;
    int                   fd;         /* of the log of this process; -1: none */
    const char           *fd_path;
    struct report         talk;
    bool                  talking;

    /* What came of it. */
    int64_t end;     /* there is no trial of this number or above; -1: it is not known */
    int64_t best;    /* trial, or -1 */
    int     stopped; /* by this signal, or 0 */
};
#endif
