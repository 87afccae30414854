/* SPDX-License-Identifier: MIT */
/* The one table of the kinds: what they are called, where they lie, which slots they
 * need. And several kinds as one text, "layer transform": its words, and sentences made
 * of them. */
#ifndef NNP_PLUGIN_KINDS_H
#define NNP_PLUGIN_KINDS_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"

enum kind_slot { /* bits */
    KIND_SETUP = 1,
    KIND_FORWARD = 2,
    KIND_BACKWARD = 4,
    KIND_FIT = 8,
    KIND_FINISH = 16,
    KIND_EXTENSION = 32
};

/* What a component of the kind finds in its frame. */
enum kind_frame {
    KIND_INPUTS, /* one stream or several, as it says: layers */
    KIND_PAIR,   /* a prediction, a target, perhaps a mask */
    KIND_WEIGHT, /* weights of others */
    KIND_PENALTY, /* the same, or a stream */
    KIND_OUTPUT, /* a tensor to be filled */
    KIND_ROWS,   /* row numbers */
    KIND_WATCHED, /* nothing, or one number */
    KIND_NOTHING
};

struct kind {
    const char     *name, *folder; /* "layer", "layers": of its plugins */
    unsigned        need, any;     /* slots: all of need, one of any */
    enum kind_frame frame;
};

extern const struct kind  kinds_table[]; /* ends with a name that is NULL */
extern const char *const  kinds_all[]; /* the same order, NULL-terminated */
extern const char         kinds_any[];   /* all of them as one text */
const struct kind        *kinds_find(const char *name); /* NULL: no kind is called so */

/* The next word, or NULL at the end; *n is its length. */
const char *kinds_next(const char *text, size_t *n);
bool        kinds_is(const char *word, size_t n, const char *kind);
bool        kinds_among(const char *text, const char *kind);
/* "layer, loss or metric"; "component" when there are more than a few. */
const char *kinds_or(struct arena *a, const char *text);
const char *kinds_article(const char *word); /* "a" or "an" */
#endif
