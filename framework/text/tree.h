/* SPDX-License-Identifier: MIT */
/* YAML as a tree in which every node knows its place. Scalars stay text: who reads them
 * types them (YAML 1.2 core schema, below). */
#ifndef NNP_TEXT_TREE_H
#define NNP_TEXT_TREE_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/strbuf.h"

enum node_kind { NODE_NULL, NODE_SCALAR, NODE_SEQ, NODE_MAP };

struct node {
    enum node_kind kind;
    struct at      at;
    const char    *text;   /* NODE_SCALAR, NODE_NULL: as written */
    bool           quoted; /* a quoted scalar is a string, whatever it looks like */
    size_t         n;      /* members of a seq or map */
    size_t         room;   /* of keys and values, for tree_add and tree_set; 0: unknown */
    struct node  **keys;   /* map: scalars, unique */
    struct node  **values; /* map, seq */
};

enum { TREE_MAX_DEPTH = 64, TREE_MAX_NODES = 100000 };

/* One document. Refuses tags, second documents, duplicate keys (both lines named), keys
 * that are not plain scalars, depth and node counts beyond the limits (aliases count what
 * they expand to), tabs as indent ("line 7 starts with a tab; YAML wants spaces"), and
 * turns libyaml's words into ours. Anchors, aliases and << work. NULL on error. An empty
 * document is an empty map. */
struct node *tree_parse(struct arena *a, const struct source *s, struct diag *d);

/* JSON that a program wrote: the same tree, without places. NULL: it is not whole. Of a key
 * that is there twice tree_find gives the first. */
struct node *tree_json(struct arena *a, const char *text, size_t n);

struct node *tree_find(const struct node *map, const char *key);    /* value or NULL */
struct node *tree_find_key(const struct node *map, const char *key); /* the key's node */
struct node *tree_copy(struct arena *a, const struct node *n);       /* deep; places kept */
struct node *tree_scalar(struct arena *a, const char *text, struct at at);
/* A number as a scalar: digits that read back as the same double, .nan or .inf. */
struct node *tree_number(struct arena *a, double v, struct at at);
struct node *tree_new(struct arena *a, enum node_kind kind, struct at at);
void         tree_add(struct arena *a, struct node *seq, struct node *value);
void         tree_set(struct arena *a, struct node *map, const char *key, struct at at,
                      struct node *value); /* replaces or appends */
bool         tree_remove(struct node *map, const char *key);

/* Typing of a plain scalar, YAML 1.2 core: -1 if the text is not of the type. A quoted
 * scalar is only ever a string. `why` (may be NULL) gets a constant hint for look-alikes,
 * else NULL: 1_000 "write the digits without '_'", 010 "leave the leading 0 out, or write
 * 0o for octal", yes "write true", "1" "leave the quotes out". */
int tree_bool(const struct node *n, bool *out, const char **why);
int tree_int(const struct node *n, int64_t *out, const char **why);
/* Integers too, .inf and .nan. */
int tree_real(const struct node *n, double *out, const char **why);

/* Canonical YAML: block style, two blanks, maps and lists of scalars on one line when
 * they fit 80 columns, strings quoted only where another reader would mistype them. */
void tree_print(const struct node *n, struct strbuf *out);
/* The same on one line whatever its length, without an end of it: {adam: {lr: 0.1}}. */
void tree_print_flow(const struct node *n, struct strbuf *out);
/* As JSON on one line, without an end of it. */
void tree_print_json(const struct node *n, struct strbuf *out);
#endif
