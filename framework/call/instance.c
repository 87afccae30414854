/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/instance.h"

#include <inttypes.h>
#include <string.h>

void instance_key(struct instance *i, const char *purpose, uint64_t step)
{
    i->purpose = purpose;
    i->purpose_step = step;
}

double instance_fact(const struct instance *i, const char *key, double otherwise)
{
    for (size_t k = 0; k < i->n_facts; k++)
        if (strcmp(i->facts[k].key, key) == 0)
            return i->facts[k].value;
    return otherwise;
}

size_t instance_count(const struct instance *i, uint32_t role)
{
    size_t n = 0;

    for (size_t k = 0; k < i->n_decls; k++)
        n += i->decls[k].role == role;
    return n;
}

const struct decl *instance_decl(const struct instance *i, uint32_t role, size_t n)
{
    for (size_t k = 0; k < i->n_decls; k++)
        if (i->decls[k].role == role && n-- == 0)
            return &i->decls[k];
    return NULL;
}

size_t dtype_size(uint32_t dtype)
{
    switch (dtype) {
    case NNP_I8:
    case NNP_U8: return 1;
    case NNP_I32:
    case NNP_F32: return 4;
    case NNP_I64:
    case NNP_F64: return 8;
    default: return 0;
    }
}

const char *dtype_name(uint32_t dtype)
{
    switch (dtype) {
    case NNP_I8: return "i8";
    case NNP_U8: return "u8";
    case NNP_I32: return "i32";
    case NNP_F32: return "f32";
    case NNP_I64: return "i64";
    case NNP_F64: return "f64";
    default: return "unknown";
    }
}

size_t tensor_bytes(const nnp_tensor *t)
{
    return nnp_count(t) * dtype_size(nnp_type(t));
}

const char *shape_text(struct arena *a, const nnp_tensor *t)
{
    char *text = NULL;

    if (t->ndim <= 1)
        return "a single number";
    for (int32_t k = 1; k < t->ndim; k++)
        text = text ? arena_printf(a, "%s x %" PRId64, text, t->shape[k])
                    : arena_printf(a, "%" PRId64, t->shape[k]);
    return text;
}
