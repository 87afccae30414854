/* SPDX-License-Identifier: MIT */
/*
 * Files that build on others. Maps merge key by key, everything else replaces; `key+:`
 * appends to a list, `key: null` removes. A map that names another plugin replaces the
 * item whole, so that no parameter of one plugin ever reaches another.
 */
#include <config.h>
#include "pipeline/merge.h"

#include <string.h>

#include "base/fsio.h"
#include "text/source.h"
#include "pipeline/value.h"

enum { MOST_FILES = 64, DEEPEST = 16 };

/* ---- the rule ---------------------------------------------------------------------- */

static const struct place *place_at(const char *path)
{
    static const struct place *const single[] = { &grammar_source, &grammar_loss,
                                                  &grammar_optim, &grammar_schedule };

    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (strcmp(single[i]->path, path) == 0)
            return single[i];
    return NULL;
}

static bool ends_with_plus(const char *key)
{
    size_t n = strlen(key);

    return n > 1 && key[n - 1] == '+';
}

static char *without_plus(struct arena *a, const char *key)
{
    return arena_strndup(a, key, strlen(key) - 1);
}

/* An optimizer that only prepares gradients stands beside others, it replaces none. */
static bool is_main(struct read *r, const struct place *p, const struct node *key)
{
    const struct component *c;

    if (grammar_has(p->keys, key->text) ||
        !registry_has(r->registry, p->kinds, key->text))
        return false;
    if (p != &grammar_optim)
        return true;
    c = registry_find(r->registry, p->kinds, key->text, &key->at, r->d);
    return c && !(c->desc->flags & NNP_GRADIENT);
}

static bool names_another(struct read *r, const struct place *p, const struct node *base,
                          const struct node *over)
{
    for (size_t i = 0; i < over->n; i++)
        if (over->values[i]->kind != NODE_NULL ||
            !tree_find_key(base, over->keys[i]->text))
            if (is_main(r, p, over->keys[i]) && !tree_find_key(base, over->keys[i]->text))
                return true;
    return false;
}

/* What stays of an item when another plugin takes its place: of optim what is no
 * optimizer of its own (schedule, groups, clipping), of the others nothing. */
static struct node *remains(struct read *r, const struct place *p,
                            const struct node *base)
{
    struct node *rest = tree_new(r->a, NODE_MAP, base->at);

    for (size_t i = 0; p == &grammar_optim && i < base->n; i++)
        if (!is_main(r, p, base->keys[i]))
            tree_set(r->a, rest, base->keys[i]->text, base->keys[i]->at, base->values[i]);
    return rest;
}

/* `key+` outside of lists becomes `key` where there is nothing to append to. */
static struct node *plain(struct read *r, struct node *n)
{
    struct node *copy;

    if (n->kind != NODE_MAP)
        return n;
    copy = tree_new(r->a, NODE_MAP, n->at);
    for (size_t i = 0; i < n->n; i++) {
        const char *key = n->keys[i]->text;

        if (ends_with_plus(key))
            key = without_plus(r->a, key);
        tree_set(r->a, copy, key, n->keys[i]->at, plain(r, n->values[i]));
    }
    return copy;
}

static void append_all(struct read *r, struct node *list, struct node *n)
{
    struct node **members;
    size_t        count = value_items(&n, &members);

    for (size_t i = 0; i < count; i++)
        tree_add(r->a, list, members[i]);
}

void merge_append(struct read *r, struct node *map, const char *key, struct at at,
                  struct node *more)
{
    struct node *list = tree_new(r->a, NODE_SEQ, more->at), *old = tree_find(map, key);

    if (old)
        append_all(r, list, old);
    append_all(r, list, more);
    tree_set(r->a, map, key, at, list);
}

static struct node *merge(struct read *r, const char *path, struct node *base,
                          struct node *over);

static void merge_key(struct read *r, const char *path, struct node *into,
                      struct node *key, struct node *value)
{
    struct node *old = tree_find(into, key->text);
    const char  *below = *path ? arena_printf(r->a, "%s.%s", path, key->text) : key->text;

    if (ends_with_plus(key->text))
        merge_append(r, into, without_plus(r->a, key->text), key->at, value);
    else if (old && value->kind == NODE_NULL)
        tree_remove(into, key->text);
    else if (old)
        tree_set(r->a, into, key->text, key->at, merge(r, below, old, value));
    else
        tree_set(r->a, into, key->text, key->at, plain(r, value));
}

static struct node *merge(struct read *r, const char *path, struct node *base,
                          struct node *over)
{
    const struct place *p = place_at(path);
    struct node        *result;

    if (base->kind != NODE_MAP || over->kind != NODE_MAP)
        return plain(r, over);
    result = tree_new(r->a, NODE_MAP, over->at);
    if (p && names_another(r, p, base, over))
        base = remains(r, p, base);
    for (size_t i = 0; i < base->n; i++)
        tree_set(r->a, result, base->keys[i]->text, base->keys[i]->at, base->values[i]);
    for (size_t i = 0; i < over->n; i++)
        merge_key(r, path, result, over->keys[i], over->values[i]);
    return result;
}

struct node *merge_trees(struct read *r, struct node *base, struct node *over)
{
    return merge(r, "", base, over);
}

/* ---- extends ----------------------------------------------------------------------- */

struct chain { /* files on the way to this one */
    const struct chain *outer;
    const char         *path;
    int                 depth;
};

static struct node *load(struct read *r, struct node *tree, const struct chain *chain,
                         size_t *files);

static bool on_the_way(const struct chain *c, const char *path)
{
    for (; c; c = c->outer)
        if (strcmp(c->path, path) == 0)
            return true;
    return false;
}

static struct node *load_base(struct read *r, const struct node *name,
                              const struct chain *chain, size_t *files)
{
    struct chain         here = { chain, NULL, chain->depth + 1 };
    const struct source *source;
    struct node         *tree;

    if (name->kind != NODE_SCALAR) {
        diag_code(r->d, &name->at, "wrong-type", "extends: the name of a file is needed");
        return NULL;
    }
    here.path = fsio_beside(r->a, chain->path, name->text);
    if (on_the_way(chain, here.path)) {
        diag_code(r->d, &name->at, "cycle", "extends: '%s' builds on itself", name->text);
        return NULL;
    }
    if (here.depth > DEEPEST || ++*files > MOST_FILES) {
        diag_code(r->d, &name->at, "too-large", "extends: more than %d files, or %d deep",
                  MOST_FILES, DEEPEST);
        return NULL;
    }
    if (!fsio_exists(here.path)) {
        diag_code(r->d, &name->at, "no-file", "extends: there is no file '%s'",
                  here.path);
        return NULL;
    }
    source = source_open(r->a, here.path, r->d);
    tree = source ? tree_parse(r->a, source, r->d) : NULL;
    if (!tree || grammar_expect(tree, NODE_MAP, "a pipeline file", r->d))
        return NULL;
    return load(r, tree, &here, files);
}

/* The tree with everything below it that it extends. */
static struct node *load(struct read *r, struct node *tree, const struct chain *chain,
                         size_t *files)
{
    struct node *extends = tree_find(tree, "extends"), **list;
    struct node *base = tree_new(r->a, NODE_MAP, tree->at), *over;
    size_t       n;

    if (!extends)
        return plain(r, tree);
    n = value_items(&extends, &list);
    for (size_t i = 0; i < n; i++) {
        struct node *below = load_base(r, list[i], chain, files);
        if (below)
            base = merge_trees(r, base, below);
    }
    over = tree_copy(r->a, tree);
    tree_remove(over, "extends");
    return merge_trees(r, base, over);
}

struct node *merge_extends(struct read *r, struct node *tree)
{
    struct chain here = { NULL, r->spec->source->name, 0 };
    size_t       files = 0;

    return load(r, tree, &here, &files);
}
