/* SPDX-License-Identifier: MIT */
/* Weights and learned states by name, as safetensors: best.nnw, last.nnw, epoch-N.nnw. */
#ifndef NNP_TRAIN_WEIGHTFILE_H
#define NNP_TRAIN_WEIGHTFILE_H
#include "base/diag.h"
#include "run/session.h"
#include "train/safetensors.h"

/* All that such a file holds: weights that are no transpose of another, states that last;
 * how many at most, and which, as they lie in memory. */
size_t weightfile_most(const struct session *s);
size_t weightfile_list(const struct session *s, struct named_tensor *v);
/* meta: pairs of key and text, NULL-terminated. */
int weightfile_write(struct session *s, const char *path, const char *const *meta,
                     struct diag *d);
/* FOLDER/FILE with the epoch, the seed and, not 0, the attempt in it; folder NULL:
 * nothing is written. */
int weightfile_keep(struct session *s, const char *folder, const char *file,
                    int64_t epoch, int64_t attempt, struct diag *d);
/* What a file says under a key, or NULL: "data", what the loader said of its streams
 * (call/said.h), "coding", what it learnt of the data (data.h), or "classes",
 * {"y": ["ant", "bee"]}. */
const char *weightfile_meta(struct arena *a, const char *path, const char *key);
/* All that it says, for safetensors_meta, without the tensors; -1: it cannot be read,
 * which is told. */
int weightfile_about(struct arena *a, const char *path, struct safetensors *out,
                     struct diag *d);
/* Everything that the model learns must be in it. */
int weightfile_read(struct session *s, const char *path, struct diag *d);
/* Takes the tensors that the model has by name and size, leaves the others as they are.
 */
int weightfile_carry(struct session *s, const char *path, struct diag *d);
#endif
