/* SPDX-License-Identifier: MIT */
/* From a file or a run folder on the command line to a session: what run, check, show,
 * eval and predict share. */
#ifndef NNP_CLI_PIPELINE_H
#define NNP_CLI_PIPELINE_H
#include "cli/command.h"
#include "run/session.h"

struct pipeline {
    struct spec    *spec;
    struct session *session;
    const char     *weights; /* best.nnw of a run folder, or NULL */
};

/* Reads and checks; peek: no data. -1 after errors. */
int pipeline_open(struct cli *c, const char *file, bool peek, struct pipeline *p);
/* The same from a run folder or a file; with the weights of a folder in the session. */
int pipeline_open_run(struct cli *c, const char *run, struct pipeline *p);
int pipeline_start(struct cli *c, struct pipeline *p, const struct session_options *o);
/* Opens the backend if a product of this graph is big enough to pay for it. */
void pipeline_backend(struct cli *c, struct pipeline *p);
void pipeline_close(struct pipeline *p);
/* Peak resident memory of this process in bytes, 0 where the system does not say. */
long pipeline_peak_bytes(void);
#endif
