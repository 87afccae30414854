/* SPDX-License-Identifier: MIT */
/* A trained model in one file: the weights of a run as safetensors, and in the metadata the
 * pipeline and what a run folder keeps beside them. load_run takes it like a folder. */
#ifndef NNP_JOBS_PACK_H
#define NNP_JOBS_PACK_H
#include "jobs/load.h"
#include "train/figures.h"

/* Of a training that load_run and load_graph made ready, for rows that are given; figures:
 * those of its weights. Written beside, then renamed. -1: there are no weights, or the file
 * cannot be written. */
int pack_write(const struct loaded *p, const struct figures *figures, const char *to,
               struct diag *d);
#endif
