/* SPDX-License-Identifier: MIT */
/* Weights on disk as safetensors: 8 bytes little-endian header length, a JSON header, the
 * bytes of the tensors (huggingface/safetensors, format version 1). */
#ifndef NNP_TRAIN_SAFETENSORS_H
#define NNP_TRAIN_SAFETENSORS_H
#include <stddef.h>
#include <stdint.h>
#include <nnpipe/plugin.h>
#include "base/arena.h"
#include "base/diag.h"

struct named_tensor {
    const char *name;
    nnp_tensor  t;
};

/* Wide types first, else as they were: then every tensor of a file lies at a multiple of
 * its own size, which readers that look at the numbers where they are (PyTorch, numpy) ask
 * for. */
void safetensors_sort(struct named_tensor *v, size_t n);
/* Sorts v. meta: pairs key, value, NULL-terminated; kept as __metadata__. Atomic: see
 * fsio_replace. */
int safetensors_write(const char *path, struct named_tensor *v, size_t n,
                      const char *const *meta, struct diag *d);

/* "F32": the format's word for a type that a tensor of such a file has. */
const char *safetensors_type(uint32_t dtype);

struct safetensors {
    struct named_tensor *v; /* data points into bytes */
    size_t               n;
    const char         **meta;  /* pairs, NULL-terminated */
    char                *bytes; /* malloc'ed */
};
int safetensors_read(struct arena *a, const char *path, struct safetensors *out,
                     struct diag *d);
/* From memory (not copied, not freed); name is for messages. */
int  safetensors_parse(struct arena *a, const char *name, char *bytes, size_t n,
                       struct safetensors *out, struct diag *d);
void safetensors_close(struct safetensors *s);
const struct named_tensor *safetensors_find(const struct safetensors *s,
                                            const char               *name);
#endif
