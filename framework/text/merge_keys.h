/* SPDX-License-Identifier: MIT */
/* The members of a map while it is read: its own and those that << brings. */
#ifndef NNP_TEXT_MERGE_KEYS_H
#define NNP_TEXT_MERGE_KEYS_H
#include "text/tree.h"

struct pairs {
    struct arena *arena;
    struct diag  *d;
    struct pair  *v;
    size_t        n, room;
};

void merge_keys_add(struct pairs *p, struct node *key, struct node *value);
/* Members of a map, or of each map of a list; the map's own have been added before. */
void merge_keys_merge(struct pairs *p, const struct node *from);
/* Into the map, the first of each name; two of the map's own are an error. */
void merge_keys_finish(struct pairs *p, struct node *map);
void merge_keys_twice(struct pairs *p, const struct node *key, const struct node *first);
#endif
