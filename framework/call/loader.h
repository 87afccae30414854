/* SPDX-License-Identifier: MIT */
/* What a loader that is at work says of its data, by the extensions of data.h that it may
 * lack. Texts last as long as the instance. */
#ifndef NNP_CALL_LOADER_H
#define NNP_CALL_LOADER_H
#include <nnpipe/data.h>
#include "call/instance.h"

/* Name of a column of a stream, of a class of it; NULL: none, or without a name. */
const char *loader_column(const struct instance *i, const char *stream, int64_t k);
const char *loader_class(const struct instance *i, const char *stream, int64_t k);
/* What its user should know, as warnings. */
void loader_notes(const struct instance *i, struct diag *d);
/* Does it read rows that are given in the place of its own? */
bool loader_reads_given(const struct component *type);
/* What readers of such rows have to know of its own; NULL: nothing. */
const char *loader_coding(const struct instance *i);
/* Do its streams depend on what the training rows hold, and it has not learnt that yet? */
bool loader_learns(const struct instance *i);
/* It learns of these rows; the next setup says its shapes. -1 after a message. */
int loader_learn(struct instance *i, int64_t *row, int64_t n, struct diag *d);
#endif
