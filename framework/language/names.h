/* SPDX-License-Identifier: MIT */
/* Streams and items by name: one name space for a graph. */
#ifndef NNP_LANGUAGE_NAMES_H
#define NNP_LANGUAGE_NAMES_H
#include "plugin/registry.h"
#include "text/tree.h"

enum name_kind { NAME_STREAM, NAME_ITEM, NAME_OUTPUT, NAME_ALIAS };

struct ref;
struct name {
    const char       *name;
    enum name_kind    kind;
    size_t            item; /* NAME_ITEM, NAME_OUTPUT */
    const struct ref *to;   /* NAME_ALIAS: a block's output */
    struct at         at;
};

struct counter {
    const char *base;
    size_t      n;
};

/* Where in an array a text is: a hash table with open addresses, at most half full. */
struct index {
    struct slot {
        uint64_t hash;
        size_t   at; /* in the array, from 1; 0: free */
    } * slots;
    size_t size; /* a power of two, or 0 */
};

/* One name space. Whoever makes it gives arena and registry, and leaves the rest zero. */
struct names {
    struct arena    *arena;
    struct registry *registry; /* for the names that plugins have */
    bool             open;     /* not all streams are known: an unknown name may be one */
    struct name    *v;
    size_t          n, room;
    struct index    index;
    struct counter *counters;
    size_t          n_counters, room_counters;
    struct index    counters_index;
};

struct name *names_find(const struct names *t, const char *name);
/* NULL after a message: the name is taken. short_name is what the user wrote, at its
 * place, NULL if nobody did; a bad one is complained about, and added all the same. */
struct name *names_add(struct names *t, const char *full, const char *short_name,
                       enum name_kind kind, const struct at *at, struct diag *d);
/* PLUGIN without dots, for generated names. */
char *names_base(struct arena *a, const char *plugin);
/* PREFIX + base + the next free number; not yet added. */
const char *names_generate(struct names *t, const char *prefix, const char *base);
/* For suggestions: all names, without the prefix where they have it. */
const char *const *names_list(const struct names *t, const char *prefix);
int names_unknown(const struct names *t, const struct at *at, const char *what,
                  const char *name, const char *prefix, struct diag *d);
/* The kind of the plugin of this name, any kind, or NULL. */
const char *names_plugin(struct names *t, const char *word);
/* Checks a pattern against the items of the model. */
int names_check_pattern(const struct names *t, const struct node *n, struct diag *d);
#endif
