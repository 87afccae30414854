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

static nnp_fn *learning(const struct instance *i)
{
    const void *learn = i->given ? NULL : offer(i, "nnp.learn/1");

    return learn ? ((nnp_learn_fn *)(uintptr_t)learn)(i->self) : NULL;
}

bool loader_learns(const struct instance *i)
{
    return learning(i) != NULL;
}

/* The shape is lent by who set the loader up, who finds it as it was. */
int loader_learn(struct instance *i, int64_t *row, int64_t n, struct diag *d)
{
    nnp_fn *learn = learning(i);
    int64_t before = i->in[0].shape[0];

    if (!learn)
        return 0;
    i->in[0].data = row;
    i->in[0].shape[0] = n;
    int rc = instance_call(i, learn, "learn", d) < 0 ? -1 : 0;
    i->in[0].shape[0] = before;
    return rc;
}
