/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/decl.h"

#include "call/dtype.h"

size_t decl_count(const struct decls *d, uint32_t role)
{
    size_t n = 0;

    for (size_t k = 0; k < d->n; k++)
        n += d->v[k].role == role;
    return n;
}

struct decl *decl_find(const struct decls *d, uint32_t role, size_t n)
{
    for (size_t k = 0; k < d->n; k++)
        if (d->v[k].role == role && n-- == 0)
            return &d->v[k];
    return NULL;
}

nnp_tensor decl_tensor(struct decl *d)
{
    return (nnp_tensor){ .device = 1,
                         .ndim = d->ndim,
                         .shape = d->shape,
                         .code = (uint8_t)d->dtype,
                         .bits = (uint8_t)(d->dtype >> 8),
                         .lanes = 1 };
}

size_t decl_elements(const struct decl *d)
{
    size_t n = 1;

    for (int32_t i = 0; i < d->ndim; i++)
        n *= (size_t)d->shape[i];
    return n;
}

size_t decl_bytes(const struct decl *d)
{
    return decl_elements(d) * dtype_size(d->dtype);
}
