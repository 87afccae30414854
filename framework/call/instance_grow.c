/* SPDX-License-Identifier: MIT */
/* States whose number of rows is learned. Each has memory of its own, because nobody
 * knows beforehand how much: the block of all other states has a fixed layout. */
#include <config.h>
#include "call/instance.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum { ALIGN = 64 };

bool instance_grows(const struct instance *i, uint32_t state)
{
    const struct decl *d = instance_decl(i, NNP_STATE, state);

    return d && d->flags & NNP_GROWS;
}

static size_t bytes_of(const nnp_tensor *t, int64_t n)
{
    return (n > 0 ? (size_t)n : 0) * nnp_row(t) * dtype_size(nnp_type(t));
}

/* How much memory the rows of a state have, which may be more than they need: that stands
 * in front of them, so that the tensor stays a plain one. */
static size_t *room_of(const nnp_tensor *t)
{
    return t->data ? (size_t *)(void *)((char *)t->data - ALIGN) : NULL;
}

static uint64_t others(const struct instance *i, const nnp_tensor *t)
{
    return i->services->taken + i->services->grown - (t->data ? *room_of(t) : 0);
}

/* Nobody knows beforehand how much will be learned, so the limit is kept while it is. */
bool instance_may_grow(const struct instance *i, uint32_t state, int64_t n, char *why,
                       size_t room)
{
    const struct services *s = i->services;
    uint64_t               need = bytes_of(&i->state[state], n);

    if (!s->most || others(i, &i->state[state]) + need <= s->most)
        return true;
    number_print(why, room,
                 "what is learned needs %.1f MiB beside %.1f MiB, --max-mem allows %.1f "
                 "MiB",
                 (double)need / 1048576, (double)others(i, &i->state[state]) / 1048576,
                 (double)s->most / 1048576);
    return false;
}

/* Who grows once more, as a forest does with each tree, gets a half on top: rows are
 * moved a few times then, and not with each one. */
static size_t room_for(const struct instance *i, const nnp_tensor *t, size_t bytes)
{
    size_t more = t->data ? bytes + bytes / 2 : bytes;

    if (i->services->most && others(i, t) + more > i->services->most)
        more = bytes;
    return (more / ALIGN + 1) * ALIGN;
}

static void let_go(struct instance *i, nnp_tensor *t)
{
    if (!t->data)
        return;
    i->services->grown -= *room_of(t);
    free(room_of(t));
    t->data = NULL;
}

/* The declaration's shape is the tensor's, so that all who look at either see the rows.
 */
int instance_grow(struct instance *i, uint32_t state, int64_t n)
{
    nnp_tensor *t = &i->state[state];
    size_t      before = tensor_bytes(t), after = bytes_of(t, n);
    size_t      kept = before < after ? before : after, room;

    if (!after)
        let_go(i, t);
    if (after && (!t->data || *room_of(t) < after)) {
        room = room_for(i, t, after);
        char *to = aligned_alloc(ALIGN, ALIGN + room);
        if (!to)
            return -1;
        if (kept)
            memcpy(to + ALIGN, t->data, kept);
        let_go(i, t);
        *(size_t *)(void *)to = room;
        t->data = to + ALIGN;
        i->services->grown += room;
    }
    if (after)
        memset((char *)t->data + kept, 0, after - kept);
    t->shape[0] = n > 0 ? n : 0;
    return 0;
}

void instance_grow_close(struct instance *i)
{
    for (uint32_t k = 0; i->state && k < instance_count(i, NNP_STATE); k++)
        if (instance_grows(i, k))
            instance_grow(i, k, 0);
}
