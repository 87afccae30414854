/* SPDX-License-Identifier: MIT */
/* All stages of a file at once: what `check` looks at, and what a run checks before it
 * trains the first of them. */
#ifndef NNP_JOBS_STAGES_H
#define NNP_JOBS_STAGES_H
#include "jobs/load.h"

struct stages {       /* one for every stage; a file without stages is one */
    struct loaded *v; /* in l's arena */
    size_t         n;
};

/* Loads every stage (or l->stage alone) as far as shapes, with `data` as far as a run
 * that begins. -1 after errors; one that several stages have in common is said once. */
int  stages_load(const struct loading *l, const struct source *source, bool data,
                 struct stages *out);
void stages_close(struct stages *all);
/* The whole file with every default: `stages`, each complete. */
struct node *stages_resolved(const struct loading *l, const struct stages *all);
#endif
