/* SPDX-License-Identifier: MIT */
/* A pipeline for a table of the user's: which of its columns are numbers, which one is to
 * be predicted, and whether that names classes. What is guessed is said. */
#ifndef NNP_CLI_INIT_TABLE_H
#define NNP_CLI_INIT_TABLE_H
#include "base/arena.h"
#include "base/diag.h"
#include "base/strbuf.h"

struct init_table {
    const char *data, *out; /* the table, and the pipeline that is to be written */
    const char *guessed;    /* what was guessed, lines; set by init_table_fill */
};

/* Adds the pipeline to `text`; -1 after a message. */
int init_table_fill(struct init_table *t, struct strbuf *text, struct arena *a,
                    struct diag *d);
#endif
