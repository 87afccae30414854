/* SPDX-License-Identifier: MIT */
/* What a plugin declares in its setup: tensors by role, name, type and size. */
#ifndef NNP_CALL_DECL_H
#define NNP_CALL_DECL_H
#include <stddef.h>
#include <stdint.h>
#include <nnpipe/plugin.h>

enum { DECL_MAX_DIMS = 8, DECL_MAX = 64 };

struct decl {
    uint32_t    role, flags; /* NNP_OUT...; NNP_NODECAY | NNP_SUM | NNP_GROWS */
    const char *name;
    uint32_t    dtype;
    int32_t     ndim;
    int64_t     shape[DECL_MAX_DIMS];
    const char *init; /* or NULL */
};

/* All of one plugin, in the order declared. */
struct decls {
    struct decl *v;
    size_t       n;
};

size_t decl_count(const struct decls *d, uint32_t role);
/* The nth of a role, or NULL. */
struct decl *decl_find(const struct decls *d, uint32_t role, size_t n);
/* A tensor of this type and shape, data NULL. Its shape is the declaration's own. */
nnp_tensor decl_tensor(struct decl *d);
size_t     decl_elements(const struct decl *d);
size_t     decl_bytes(const struct decl *d);
#endif
