/* SPDX-License-Identifier: MIT */
/* What a run folder tells of its run, read back: for `nnpipe runs`. */
#ifndef NNP_CLI_RECORD_H
#define NNP_CLI_RECORD_H
#include "base/arena.h"
#include "base/diag.h"
#include "text/tree.h"
#include "train/figures.h"

struct record {
    const char        *path;     /* runs/xor/001 */
    const char        *name;     /* of the pipeline, or "" */
    const char        *begun;    /* or "" */
    const char        *state;    /* done, stopped, diverged, killed, empty */
    const struct node *env;      /* env.json, or NULL */
    const struct node *pipeline; /* pipeline.yaml, resolved, or NULL */
    const struct node *end;      /* the event that ended it, or NULL */
    struct figures     figures;  /* of the kept weights, as that event has them */
};

struct records {
    struct record *v;
    size_t         n, room;
};

/* Is it a folder that a run left? */
int record_is(const char *path);
void record_read(struct arena *a, const char *path, struct record *out);
/* All runs in and below a folder, by path. -1: no such folder. */
int record_find(struct arena *a, const char *folder, struct records *out, struct diag *d);
/* "" where the map has no such text. */
const char *record_text(const struct node *map, const char *key);
#endif
