/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/loader.h"

static const void *offer(const struct instance *i, const char *id)
{
    const nnp_component *desc = i->type->desc;

    return desc->extension ? desc->extension(id) : NULL;
}

static const char *name(const struct instance *i, const char *id, const char *stream,
                        int64_t k)
{
    const void *names = k < 0 ? NULL : offer(i, id);

    return names ? ((nnp_column_fn *)(uintptr_t)names)(i->self, stream, k) : NULL;
}

const char *loader_column(const struct instance *i, const char *stream, int64_t k)
{
    return name(i, "nnp.columns/1", stream, k);
}

const char *loader_class(const struct instance *i, const char *stream, int64_t k)
{
    return name(i, "nnp.classes/1", stream, k);
}

void loader_notes(const struct instance *i, struct diag *d)
{
    const void *notes = offer(i, "nnp.notes/1");
    const char *text;

    for (uint32_t k = 0;
         notes && (text = ((nnp_note_fn *)(uintptr_t)notes)(i->self, k)) != NULL; k++)
        diag_warn(d, i->at.source ? &i->at : NULL, "%s: %s", i->name, text);
}

static nnp_coding_fn *coding_of(const struct component *type)
{
    const nnp_component *desc = type->desc;
    const void *coding = desc->extension ? desc->extension("nnp.coding/1") : NULL;

    return (nnp_coding_fn *)(uintptr_t)coding;
}

bool loader_reads_given(const struct component *type)
{
    return coding_of(type) != NULL;
}

const char *loader_coding(const struct instance *i)
{
    nnp_coding_fn *coding = coding_of(i->type);

    return coding ? coding(i->self) : NULL;
}
