/* SPDX-License-Identifier: MIT */
/*
 * Files that build on others. Maps merge key by key, everything else replaces; `key+:`
 * appends to a list, `key: null` removes. A map that names another plugin replaces the
 * item whole, so that no parameter of one plugin ever reaches another.
 */
#include <config.h>
#include "language/merge.h"

#include <string.h>

#include "base/fsio.h"
#include "language/grammar.h"
#include "language/value.h"
#include "text/source.h"

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
static bool is_main(const struct merging *m, const struct place *p,
                    const struct node *key)
{
    const struct component *c;

    if (grammar_find(p->keys, key->text) ||
        !registry_has(m->registry, p->kinds, key->text))
        return false;
    if (p != &grammar_optim)
        return true;
    c = registry_find(m->registry, p->kinds, key->text, &key->at, m->d);
    return c && !(c->desc->flags & NNP_PREPARES);
}

static bool names_another(const struct merging *m, const struct place *p,
                          const struct node *base, const struct node *over)
{
    for (size_t i = 0; i < over->n; i++)
        if (over->values[i]->kind != NODE_NULL ||
            !tree_find_key(base, over->keys[i]->text))
            if (is_main(m, p, over->keys[i]) && !tree_find_key(base, over->keys[i]->text))
                return true;
    return false;
}

/* What stays of an item when another plugin takes its place: of optim what is no
 * optimizer of its own (schedule, groups, clipping), of the others nothing. */
static struct node *remains(const struct merging *m, const struct place *p,
                            const struct node *base)
{
    struct node *rest = tree_new(m->arena, NODE_MAP, base->at);

    for (size_t i = 0; p == &grammar_optim && i < base->n; i++)
        if (!is_main(m, p, base->keys[i]))
            tree_set(m->arena, rest, base->keys[i]->text, base->keys[i]->at,
                     base->values[i]);
    return rest;
}

/* `key+` outside of lists becomes `key` where there is nothing to append to. */
static struct node *plain(const struct merging *m, struct node *n)
{
    struct node *copy;

    if (n->kind != NODE_MAP)
        return n;
    copy = tree_new(m->arena, NODE_MAP, n->at);
    for (size_t i = 0; i < n->n; i++) {
        const char *key = n->keys[i]->text;

        if (ends_with_plus(key))
            key = without_plus(m->arena, key);
        tree_set(m->arena, copy, key, n->keys[i]->at, plain(m, n->values[i]));
    }
    return copy;
}

static void append_all(struct arena *a, struct node *list, struct node *n)
{
    struct node **members;
    size_t        count = value_items(&n, &members);

    for (size_t i = 0; i < count; i++)
        tree_add(a, list, members[i]);
}

void merge_append(struct arena *a, struct node *map, const char *key, struct at at,
                  struct node *more)
{
    struct node *list = tree_new(a, NODE_SEQ, more->at), *old = tree_find(map, key);

    if (old)
        append_all(a, list, old);
    append_all(a, list, more);
    tree_set(a, map, key, at, list);
}

static struct node *merge(const struct merging *m, const char *path, struct node *base,
                          struct node *over);

static void merge_key(const struct merging *m, const char *path, struct node *into,
                      struct node *key, struct node *value)
{
    struct node *old = tree_find(into, key->text);
    const char  *below =
        *path ? arena_printf(m->arena, "%s.%s", path, key->text) : key->text;

    if (ends_with_plus(key->text))
        merge_append(m->arena, into, without_plus(m->arena, key->text), key->at, value);
    else if (old && value->kind == NODE_NULL)
        tree_remove(into, key->text);
    else if (old)
        tree_set(m->arena, into, key->text, key->at, merge(m, below, old, value));
    else
        tree_set(m->arena, into, key->text, key->at, plain(m, value));
}

static struct node *merge(const struct merging *m, const char *path, struct node *base,
                          struct node *over)
{
    const struct place *p = place_at(path);
    struct node        *result;

    if (base->kind != NODE_MAP || over->kind != NODE_MAP)
        return plain(m, over);
    result = tree_new(m->arena, NODE_MAP, over->at);
    if (p && names_another(m, p, base, over))
        base = remains(m, p, base);
    for (size_t i = 0; i < base->n; i++)
        tree_set(m->arena, result, base->keys[i]->text, base->keys[i]->at,
                 base->values[i]);
    for (size_t i = 0; i < over->n; i++)
        merge_key(m, path, result, over->keys[i], over->values[i]);
    return result;
}

struct node *merge_trees(const struct merging *m, struct node *base, struct node *over)
{
    return merge(m, "", base, over);
}

/* ---- extends ----------------------------------------------------------------------- */

struct chain { /* files on the way to this one */
    const struct chain *outer;
    const char         *path;
    int                 depth;
};

static struct node *load(const struct merging *m, struct node *tree,
                         const struct chain *chain, size_t *files);

static bool on_the_way(const struct chain *c, const char *path)
{
    for (; c; c = c->outer)
        if (strcmp(c->path, path) == 0)
            return true;
    return false;
}

static struct node *load_base(const struct merging *m, const struct node *name,
                              const struct chain *chain, size_t *files)
{
    struct chain         here = { chain, NULL, chain->depth + 1 };
    const struct source *source;
    struct node         *tree;

    if (name->kind != NODE_SCALAR) {
        diag_code(m->d, &name->at, "wrong-type", "extends: the name of a file is needed");
        return NULL;
    }
    here.path = fsio_beside(m->arena, chain->path, name->text);
    if (on_the_way(chain, here.path)) {
        diag_code(m->d, &name->at, "cycle", "extends: '%s' builds on itself", name->text);
        return NULL;
    }
    if (here.depth > DEEPEST || ++*files > MOST_FILES) {
        diag_code(m->d, &name->at, "too-large", "extends: more than %d files, or %d deep",
                  MOST_FILES, DEEPEST);
        return NULL;
    }
    if (!fsio_exists(here.path)) {
        diag_code(m->d, &name->at, "no-file", "extends: there is no file '%s'",
                  here.path);
        return NULL;
    }
    if (fsio_is_stream(here.path)) {
        diag_code(m->d, &name->at, "no-file", "extends: '%s' is no file but a stream",
                  here.path);
        return NULL;
    }
    source = source_open(m->arena, here.path, m->d);
    tree = source ? tree_parse(m->arena, source, m->d) : NULL;
    if (!tree || grammar_expect(tree, NODE_MAP, "a pipeline file", m->d))
        return NULL;
    return load(m, tree, &here, files);
}

/* The tree with everything below it that it extends. */
static struct node *load(const struct merging *m, struct node *tree,
                         const struct chain *chain, size_t *files)
{
    struct node *extends = tree_find(tree, "extends"), **list;
    struct node *base = tree_new(m->arena, NODE_MAP, tree->at), *over;
    size_t       n;

    if (!extends)
        return plain(m, tree);
    n = value_items(&extends, &list);
    for (size_t i = 0; i < n; i++) {
        struct node *below = load_base(m, list[i], chain, files);
        if (below)
            base = merge_trees(m, base, below);
    }
    over = tree_copy(m->arena, tree);
    tree_remove(over, "extends");
    return merge_trees(m, base, over);
}

struct node *merge_extends(const struct merging *m, struct node *tree, const char *file)
{
    struct chain here = { NULL, file, 0 };
    size_t       files = 0;

    return load(m, tree, &here, &files);
}
