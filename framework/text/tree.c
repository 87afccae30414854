/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "text/tree.h"

#include <math.h>
#include <string.h>

struct node *tree_number(struct arena *a, double v, struct at at)
{
    struct strbuf s = { 0 };

    if (isfinite(v))
        strbuf_number(&s, v);
    else
        strbuf_puts(&s, isnan(v) ? ".nan" : v > 0 ? ".inf" : "-.inf");
    struct node *n = tree_scalar(a, arena_strdup(a, strbuf_text(&s)), at);
    strbuf_close(&s);
    return n;
}

struct node *tree_new(struct arena *a, enum node_kind kind, struct at at)
{
    struct node *n = arena_alloc(a, sizeof *n);

    n->kind = kind;
    n->at = at;
    if (kind == NODE_NULL || kind == NODE_SCALAR)
        n->text = "";
    return n;
}

struct node *tree_scalar(struct arena *a, const char *text, struct at at)
{
    struct node *n = tree_new(a, NODE_SCALAR, at);

    n->text = arena_strdup(a, text);
    return n;
}

/* Place of a key, or map->n. */
static size_t place_of_key(const struct node *map, const char *key)
{
    size_t i = 0;

    while (i < map->n && strcmp(map->keys[i]->text, key) != 0)
        i++;
    return i;
}

static bool is_map(const struct node *n)
{
    return n && n->kind == NODE_MAP;
}

struct node *tree_find(const struct node *map, const char *key)
{
    size_t i = is_map(map) ? place_of_key(map, key) : 0;

    return is_map(map) && i < map->n ? map->values[i] : NULL;
}

struct node *tree_find_key(const struct node *map, const char *key)
{
    size_t i = is_map(map) ? place_of_key(map, key) : 0;

    return is_map(map) && i < map->n ? map->keys[i] : NULL;
}

static void make_room(struct arena *a, struct node *n)
{
    if (n->n < n->room)
        return;
    n->room = n->n ? 2 * n->n : 4;
    n->values = arena_grow(a, n->values, n->n, n->room, sizeof *n->values);
    if (n->kind == NODE_MAP)
        n->keys = arena_grow(a, n->keys, n->n, n->room, sizeof *n->keys);
}

void tree_add(struct arena *a, struct node *seq, struct node *value)
{
    make_room(a, seq);
    seq->values[seq->n++] = value;
}

void tree_set(struct arena *a, struct node *map, const char *key, struct at at,
              struct node *value)
{
    size_t i = place_of_key(map, key);

    if (i == map->n) {
        make_room(a, map);
        map->keys[map->n++] = tree_scalar(a, key, at);
    }
    map->values[i] = value;
}

bool tree_remove(struct node *map, const char *key)
{
    size_t i = is_map(map) ? place_of_key(map, key) : 0;

    if (!is_map(map) || i == map->n)
        return false;
    map->n--;
    memmove(&map->keys[i], &map->keys[i + 1], (map->n - i) * sizeof *map->keys);
    memmove(&map->values[i], &map->values[i + 1], (map->n - i) * sizeof *map->values);
    return true;
}

struct node *tree_copy(struct arena *a, const struct node *n)
{
    struct node *copy = arena_alloc(a, sizeof *copy);

    *copy = *n;
    copy->room = n->n;
    copy->keys = NULL;
    copy->values = NULL;
    if (n->n)
        copy->values = arena_array(a, n->n, sizeof *copy->values);
    if (n->n && n->kind == NODE_MAP)
        copy->keys = arena_array(a, n->n, sizeof *copy->keys);
    for (size_t i = 0; i < n->n; i++) {
        copy->values[i] = tree_copy(a, n->values[i]);
        if (copy->keys)
            copy->keys[i] = tree_copy(a, n->keys[i]);
    }
    return copy;
}
