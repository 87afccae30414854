/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/tensor.h"

#include <inttypes.h>

#include "call/dtype.h"

size_t tensor_bytes(const nnp_tensor *t)
{
    return nnp_count(t) * dtype_size(nnp_type(t));
}

const char *tensor_text(struct arena *a, const nnp_tensor *t)
{
    char *text = NULL;

    if (t->ndim <= 1)
        return "a single number";
    for (int32_t k = 1; k < t->ndim; k++)
        text = text ? arena_printf(a, "%s x %" PRId64, text, t->shape[k])
                    : arena_printf(a, "%" PRId64, t->shape[k]);
    return text;
}
