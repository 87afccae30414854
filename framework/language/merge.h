/* SPDX-License-Identifier: MIT */
/* One tree over another: `extends` and --set. */
#ifndef NNP_LANGUAGE_MERGE_H
#define NNP_LANGUAGE_MERGE_H
#include "plugin/registry.h"
#include "text/tree.h"

struct merging {
    struct arena    *arena;
    struct registry *registry; /* tells which keys name a plugin */
    struct diag     *d;
};

/* The tree with all files below it that it `extends`; it stands in `file`. */
struct node *merge_extends(const struct merging *m, struct node *tree, const char *file);
/* base with over put over it, by the merge rule; neither is changed. */
struct node *merge_trees(const struct merging *m, struct node *base, struct node *over);
/* Appends one item, or the members of a list, to the list under key. */
void merge_append(struct arena *a, struct node *map, const char *key, struct at at,
                  struct node *more);
#endif
