/* SPDX-License-Identifier: MIT */
/* `run --seeds N --as table|csv`: where each seed ends. */
#ifndef NNP_CLI_RUN_ENDS_H
#define NNP_CLI_RUN_ENDS_H
#include "base/arena.h"
#include "base/strbuf.h"
#include "jobs/jobs.h"

/* A line for each group of ends with about the same loss. */
void run_ends_table(struct arena *a, const struct jobs *j, struct strbuf *out);
/* A line for each seed: seed, group, and every figure of its kept weights but details. */
void run_ends_csv(struct arena *a, const struct jobs *j, struct strbuf *out);
#endif
