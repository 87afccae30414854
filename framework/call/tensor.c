/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/tensor.h"

#include <inttypes.h>

#include "call/dtype.h"

size_t tensor_bytes(const nnp_tensor *t)
{
    return nnp_count(t) * dtype_size(nnp_type(t));
}

static const char *axes(struct arena *a, const nnp_tensor *t, int32_t from)
{
    char *text = NULL;

    if (t->ndim <= from)
        return "a single number";
    for (int32_t k = from; k < t->ndim; k++)
        text = text ? arena_printf(a, "%s x %" PRId64, text, t->shape[k])
                    : arena_printf(a, "%" PRId64, t->shape[k]);
    return text;
}

const char *tensor_text(struct arena *a, const nnp_tensor *t)
{
    return axes(a, t, 1);
}

const char *tensor_shape(struct arena *a, const nnp_tensor *t)
{
    return axes(a, t, 0);
}
