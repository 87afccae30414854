/* SPDX-License-Identifier: MIT */
/* Values from the command line, put into the tree before it is read. */
#ifndef NNP_LANGUAGE_SET_H
#define NNP_LANGUAGE_SET_H
#include "language/merge.h"

/* set: "path=value", "path+=item", "path=" (removes); NULL-terminated, or NULL. */
int set_apply(const struct merging *m, struct node *tree, const char *const *set);
/* What stands at a path; NULL: nothing, or there is no such path. The tree stays as it is;
 * what is found is a copy, in the arena. */
struct node *set_find(const struct merging *m, const struct node *tree, const char *path);
#endif
