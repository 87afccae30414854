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

/* Nobody knows beforehand how much will be learned, so the limit is kept while it is. */
bool instance_may_grow(const struct instance *i, uint32_t state, int64_t n, char *why,
                       size_t room)
{
    const struct services *s = i->services;
    const nnp_tensor      *t = &i->state[state];
    uint64_t               own = s->grown - tensor_bytes(t) + bytes_of(t, n);

    if (!s->most || s->taken + own <= s->most)
        return true;
    number_print(why, room,
                 "what is learned needs %.1f MiB beside %.1f MiB of the plan, --max-mem "
                 "allows %.1f MiB",
                 (double)own / 1048576, (double)s->taken / 1048576,
                 (double)s->most / 1048576);
    return false;
}

/* The new rows come from the block that was just cleared. The declaration's shape is the
 * tensor's, so that all who look at either see the rows. */
int instance_grow(struct instance *i, uint32_t state, int64_t n)
{
    nnp_tensor    *t = &i->state[state];
    size_t         before = tensor_bytes(t), rows = n > 0 ? (size_t)n : 0;
    size_t         after = bytes_of(t, n);
    size_t         kept = before < after ? before : after;
    unsigned char *to = NULL;

    if (after && !(to = aligned_alloc(ALIGN, (after / ALIGN + 1) * ALIGN)))
        return -1;
    if (kept)
        memcpy(to, t->data, kept);
    if (after)
        memset(to + kept, 0, after - kept);
    free(t->data);
    t->data = to;
    t->shape[0] = (int64_t)rows;
    i->services->grown += after - before;
    return 0;
}

void instance_grow_close(struct instance *i)
{
    for (uint32_t k = 0; i->state && k < instance_count(i, NNP_STATE); k++)
        if (instance_grows(i, k))
            instance_grow(i, k, 0);
}
