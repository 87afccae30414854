/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "text/tree.h"

#include <string.h>

#include "base/json_read.h"

static struct node *value(struct json_read *r);

static struct node *scalar(struct json_read *r, const char *text, bool quoted)
{
    struct node *n = tree_scalar(r->arena, text, (struct at){ 0 });

    n->quoted = quoted;
    return n;
}

/* Members are put behind each other unseen: looking for each key among those before it
 * would take the square of their number. */
static struct node *map(struct json_read *r)
{
    struct node *n = tree_new(r->arena, NODE_MAP, (struct at){ 0 }), *member;
    const char  *key;
    int          rc = json_read_map(r);

    while (!rc && (rc = json_read_key(r, &key)) > 0) {
        if (!(member = value(r)))
            return NULL;
        tree_add(r->arena, n, member);
        n->keys[n->n - 1] = scalar(r, key, true);
        rc = 0;
    }
    return rc ? NULL : n;
}

static struct node *list(struct json_read *r)
{
    struct node *n = tree_new(r->arena, NODE_SEQ, (struct at){ 0 }), *member;
    int          rc = json_read_list(r);

    while (!rc && (rc = json_read_item(r)) > 0) {
        if (!(member = value(r)))
            return NULL;
        tree_add(r->arena, n, member);
        rc = 0;
    }
    return rc ? NULL : n;
}

/* At most JSON_READ_DEPTH deep. */
static struct node *value(struct json_read *r)
{
    const char *text;
    bool        truth;

    switch (json_read_next(r)) {
    case '{': return map(r);
    case '[': return list(r);
    case '"': return json_read_text(r, &text) ? NULL : scalar(r, text, true);
    case 't':
    case 'f':
        return json_read_bool(r, &truth) ? NULL
                                         : scalar(r, truth ? "true" : "false", false);
    case 'n':
        return json_read_null(r) ? NULL : tree_new(r->arena, NODE_NULL, (struct at){ 0 });
    default: return json_read_digits(r, &text) ? NULL : scalar(r, text, false);
    }
}

struct node *tree_json(struct arena *a, const char *text, size_t n)
{
    struct json_read r;
    struct node     *tree;

    json_read_open(&r, a, text, n);
    tree = value(&r);
    return tree && !json_read_end(&r) ? tree : NULL;
}
