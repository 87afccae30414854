/* SPDX-License-Identifier: MIT */
/* Weights on disk as safetensors: 8 bytes little-endian header length, a JSON header, the
 * bytes of the tensors (huggingface/safetensors, format version 1). */
#ifndef NNP_TRAIN_SAFETENSORS_H
#define NNP_TRAIN_SAFETENSORS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <nnpipe/plugin.h>
#include "base/arena.h"
#include "base/diag.h"

struct named_tensor {
    const char *name;
    nnp_tensor  t;
};

/* Sorts v. meta: pairs key, value, NULL-terminated; kept as __metadata__, behind a checksum
 * of the whole file. Atomic: see fsio_replace. */
int safetensors_write(const char *path, struct named_tensor *v, size_t n,
                      const char *const *meta, struct diag *d);

/* "F32": the format's word for a type that a tensor of such a file has. */
const char *safetensors_type(uint32_t dtype);

struct safetensors {
    struct named_tensor *v; /* data points into bytes */
    size_t               n;
    const char         **meta;  /* pairs, NULL-terminated */
    char                *bytes; /* malloc'ed */
    bool                 sealed; /* it has the checksum of a file of nnpipe's */
};
/* A file whose checksum is not that of what it holds is refused. */
int safetensors_read(struct arena *a, const char *path, struct safetensors *out,
                     struct diag *d);
/* From memory (not copied, not freed); name is for messages. */
int  safetensors_parse(struct arena *a, const char *name, char *bytes, size_t n,
                       struct safetensors *out, struct diag *d);
void safetensors_close(struct safetensors *s);
const struct named_tensor *safetensors_find(const struct safetensors *s,
                                            const char               *name);
/* What is said of it under a key, or NULL. */
const char *safetensors_meta(const struct safetensors *s, const char *key);
#endif
