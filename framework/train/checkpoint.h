/* SPDX-License-Identifier: MIT */
/* The whole state of a training run in one file, so that it goes on to the same bits as a
 * run that was never stopped. Random numbers need nothing: they follow from seed and
 * position. The file is safetensors, with a checksum over all that it holds. */
#ifndef NNP_TRAIN_CHECKPOINT_H
#define NNP_TRAIN_CHECKPOINT_H
#include "report/report.h"
#include "train/state.h"

/* FOLDER/state.nnw; the one before it stays as state.prev.nnw. */
int checkpoint_write(struct state *s, const char *folder, struct diag *d);
/* The newest that is whole: when state.nnw is damaged the one before it serves, and the
 * user is told. -1: there is none, or it is of another pipeline or format. */
int checkpoint_read(struct state *s, const char *folder, struct report *say,
                    struct diag *d);
#endif
