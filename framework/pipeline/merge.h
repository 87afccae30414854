/* SPDX-License-Identifier: MIT */
/* One tree over another: `extends` and --set. */
#ifndef NNP_PIPELINE_MERGE_H
#define NNP_PIPELINE_MERGE_H
#include "pipeline/read.h"

/* The tree with all files below it that it `extends`. */
struct node *merge_extends(struct read *r, struct node *tree);
/* base with over put over it, by the merge rule; neither is changed. */
struct node *merge_trees(struct read *r, struct node *base, struct node *over);
/* Appends one item, or the members of a list, to the list under key. */
void merge_append(struct read *r, struct node *map, const char *key, struct at at,
                  struct node *more);
#endif
