/* SPDX-License-Identifier: MIT */
/* Which stream or item a name means where it stands. */
#ifndef NNP_LANGUAGE_REFS_H
#define NNP_LANGUAGE_REFS_H
#include "language/names.h"
#include "language/vars.h"

struct ref { /* a stream by the name that was written, resolved when all are known */
    const char         *name;
    const struct listing *frame; /* NULL: the name is full already */
    struct at           at;
};

struct listing { /* one list of items being read: the model, or one use of a block */
    const struct listing *outer;
    const char         *block;  /* its name, NULL: the model itself */
    const char         *prefix; /* "" or "d1/" */
    const struct scope *scope;
    const char        **inputs; /* the block's input names and what they stand for */
    struct ref         *given;
    size_t              n_inputs;
    struct ref          prev; /* the item above; name NULL: nothing is above */
};

/* Full name of the stream, or NULL after a message. */
const char *refs_stream(const struct names *t, const struct ref *ref, struct diag *d);
/* What the name means, NULL: nothing; without a message. */
const struct name *refs_find(const struct names *t, const struct ref *ref);
/* Index of the item, or -1 after a message. */
int refs_item(const struct names *t, const struct ref *ref, const char *why,
              struct diag *d);
#endif
