/* SPDX-License-Identifier: MIT */
/* The trainings that a file asks for, as one list: a plain file is one job, `seeds` makes
 * one of each seed, stages one of each stage, and a try of N seeds or folds N that keep
 * nothing.
 * They run one after the other; what goes from one to the next are weight files and
 * streams. */
#ifndef NNP_JOBS_JOBS_H
#define NNP_JOBS_JOBS_H
#include "jobs/job.h"

struct jobs_options {
    const char        *out;    /* folder of the run; NULL: runs/NAME/NNN */
    const char        *resume; /* folder of the run to go on with; NULL: a new one */
    bool               force;  /* what `out` holds is replaced */
    int64_t            tries;  /* seeds to try, once each, keeping nothing; 0: none */
    bool               folds;  /* a try for each fold of data.split in place of seeds */
    const struct expr *expect; /* asked of each try, or of the last training; or NULL */
    bool               bare;   /* no reports are made; an only training keeps its figures */
    struct job_setting setting; /* `results` is the list's own */
};

struct jobs { /* all zero: none, jobs_close may be called */
    struct job *v;
    size_t      n;
    const char *folder; /* of the whole run, once there is one; NULL: nothing is kept */
    size_t      n_begun, n_done; /* a training that was interrupted is not done */
    int         stopped;         /* by this signal, or 0 */

    /* The list's own. */
    const struct loading *loading;
    struct loaded        *file;    /* as it was loaded first */
    bool                  several; /* each job loads its stage by itself */
    struct jobs_options   options;
    struct results        results;
    struct node          *whole;  /* of several: the file with every default */
    struct diag           missed; /* by trainings that are done: told at the end */
    int                   lock;
    bool                  locked;
};

/* Does the file itself ask for more than one training? */
bool jobs_several(const struct spec *s);
/* Makes the list and checks what can be checked before the first training: every stage, or
 * the memory and the data of the only one. `file` was loaded with PEEK_SEVERAL; it and `l`
 * stay their owner's, and must outlive the list. l->stage leaves out the stages that it
 * does not rest on. -1 after errors; jobs_close is then still to be called. */
int jobs_open(struct jobs *j, const struct loading *l, struct loaded *file,
              const struct jobs_options *o);
/* Makes the folder and trains. -1 after errors: jobs behind the one that failed were not
 * run. */
int  jobs_run(struct jobs *j);
/* Mean and standard deviation (over n - 1) of a figure over the tries that are done, and
 * how many have it. */
struct jobs_mean {
    const char *name;
    double      mean, deviation;
    size_t      n;
};
/* Of every figure of the kept weights but details, in the order of the first try; in the
 * arena, *n of them. */
struct jobs_mean *jobs_means(const struct jobs *j, size_t *n);
void jobs_close(struct jobs *j);
#endif
