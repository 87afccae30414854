/* SPDX-License-Identifier: MIT */
/* Items as they are written, before anything is read from them: which key names the
 * plugin, and what an item will be called. Reading a file and --set ask the same
 * functions. */
#ifndef NNP_LANGUAGE_WRITTEN_H
#define NNP_LANGUAGE_WRITTEN_H
#include "language/grammar.h"
#include "plugin/registry.h"

/* The key that names an item's plugin: one that is known, a block's among them (blocks may
 * be NULL), else the first that is no word of the language; of a scalar, itself. NULL: no
 * key could be one. */
struct node *written_plugin(struct registry *r, const struct place *p,
                            const struct node *blocks, struct node *item);
bool written_is_plugin(struct registry *r, const struct place *p,
                       const struct node *blocks, const char *word);
/* What the names of items of that place begin with when nobody gives them one: the plugin's
 * without dots, which separate an item from its weights (acme_cube1.bias). A metric has
 * none, and its figures are called as it is (val.acme.f1). */
const char *written_base(struct arena *a, const struct place *p, const char *plugin);
/* Does `as` call the item so? */
bool written_as(const struct node *item, const char *name);
/* BASE, or BASE2, BASE3 ... : the first that is not taken. */
const char *written_unique(struct arena *a, const char *base,
                           bool (*taken)(const void *arg, const char *name),
                           const void *arg);

struct written_list {
    struct arena        *arena;
    struct registry     *registry;
    const struct place  *place;
    const struct node   *list;
    const struct node   *before; /* data.map, whose names are counted first; or NULL */
    const struct node   *blocks; /* or NULL */
};

/* Why there is no number. */
enum { WRITTEN_NOBODY = -1, WRITTEN_VARIABLES = -2, WRITTEN_SEVERAL = -3 };

/* The number of the item that messages call `name`: by `as`, by the name that it will be
 * given (dense2), or by its plugin where no other item has it. WRITTEN_VARIABLES: which one
 * is called so is only known when variables have values. */
int written_find(const struct written_list *l, const char *name);
#endif
