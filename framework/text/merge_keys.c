/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "text/merge_keys.h"

#include <stdlib.h>
#include <string.h>

struct pair {
    struct node *key, *value;
    size_t       order;
    bool         merged, dropped;
};

static void add_pair(struct pairs *p, struct node *key, struct node *value, bool merged)
{
    if (p->n == p->room) {
        size_t room = p->room ? 2 * p->room : 8;
        p->v = arena_grow(p->arena, p->v, p->n, room, sizeof *p->v);
        p->room = room;
    }
    p->v[p->n] = (struct pair){ key, value, p->n, merged, false };
    p->n++;
}

void merge_keys_add(struct pairs *p, struct node *key, struct node *value)
{
    add_pair(p, key, value, false);
}

void merge_keys_twice(struct pairs *p, const struct node *key, const struct node *first)
{
    diag_code(p->d, &key->at, "duplicate-key",
              "'%s' stands twice in this map: here and in line %u", key->text,
              first->at.line);
}

static void merge_map(struct pairs *p, const struct node *from)
{
    if (from->kind != NODE_MAP) {
        diag_code(p->d, &from->at, "merge", "'<<' takes a map or a list of maps");
        return;
    }
    for (size_t i = 0; i < from->n; i++)
        add_pair(p, from->keys[i], from->values[i], true);
}

void merge_keys_merge(struct pairs *p, const struct node *from)
{
    if (from->kind != NODE_SEQ)
        merge_map(p, from);
    else
        for (size_t i = 0; i < from->n; i++)
            merge_map(p, from->values[i]);
}

static int by_order(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;

    return (x->order > y->order) - (x->order < y->order);
}

static int by_key(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int                c = strcmp(x->key->text, y->key->text);

    return c ? c : by_order(a, b);
}

/* Sorted, so that a map of many thousand keys costs no more than its size. */
static void drop_doubles(struct pairs *p)
{
    qsort(p->v, p->n, sizeof *p->v, by_key);
    for (size_t i = 1, first = 0; i < p->n; i++) {
        if (strcmp(p->v[i].key->text, p->v[first].key->text) != 0) {
            first = i;
            continue;
        }
        p->v[i].dropped = true;
        if (!p->v[i].merged)
            merge_keys_twice(p, p->v[i].key, p->v[first].key);
    }
    qsort(p->v, p->n, sizeof *p->v, by_order);
}

void merge_keys_finish(struct pairs *p, struct node *map)
{
    if (!p->n)
        return;
    drop_doubles(p);
    map->room = p->n;
    map->keys = arena_array(p->arena, p->n, sizeof *map->keys);
    map->values = arena_array(p->arena, p->n, sizeof *map->values);
    for (size_t i = 0; i < p->n; i++)
        if (!p->v[i].dropped) {
            map->keys[map->n] = p->v[i].key;
            map->values[map->n++] = p->v[i].value;
        }
}
