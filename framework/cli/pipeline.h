/* SPDX-License-Identifier: MIT */
/* From a file or a run folder on the command line to a session: what run, check, show,
 * eval and predict share. */
#ifndef NNP_CLI_PIPELINE_H
#define NNP_CLI_PIPELINE_H
#include "cli/command.h"
#include "run/session.h"

struct pipeline {
    struct spec         *spec;
    struct session      *session;
    const char          *weights; /* best.nnw of a run folder, or NULL */
    const struct source *source;
};

/* Reads and checks. -1 after errors. */
int pipeline_open(struct cli *c, const char *file, enum spec_peek peek,
                  struct pipeline *p);
/* The same from a run folder or a file; with the weights of a folder in the session. */
int pipeline_open_run(struct cli *c, const char *run, enum spec_peek peek,
                      struct pipeline *p);
/* Another stage of the same text; stage NULL: the last, seed -1: as the file says. */
int pipeline_open_stage(struct cli *c, const struct source *source, const char *stage,
                        int64_t seed, enum spec_peek peek, struct pipeline *p);
/* As far as shapes: every mistake that can be found without the data. */
int pipeline_graph(struct cli *c, struct pipeline *p);
int pipeline_start(struct cli *c, struct pipeline *p, const struct session_options *o);
void pipeline_close(struct pipeline *p);

struct pipelines { /* one for every stage, or one */
    struct pipeline *p;
    size_t           n;
};

/* Looks at every stage (or at --stage) as far as shapes, with `data` as far as a run that
 * begins. -1 after errors, which are said once. */
int  pipelines_open(struct cli *c, const struct source *source, bool data,
                    struct pipelines *all);
void pipelines_close(struct pipelines *all);
/* The whole file with every default: `stages`, each complete. */
struct node *pipelines_resolved(struct cli *c, const struct pipelines *all);
#endif
