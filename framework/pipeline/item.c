/* SPDX-License-Identifier: MIT */
/* An item is a map with one plugin name in it; all kinds of plugins are read here. */
#include <config.h>
#include "pipeline/item.h"

#include <string.h>

#include "language/params.h"
#include "language/names.h"
#include "language/value.h"
#include "language/vars.h"
#include "language/written.h"
#include "plugin/synonyms.h"

/* A reserved word that has no meaning in this place. */
static int misplaced(struct read *r, const struct place *p, const struct node *key)
{
    struct strbuf list = { 0 };

    for (size_t i = 0; grammar_places[i]; i++)
        if (grammar_find(grammar_places[i]->keys, key->text))
            strbuf_printf(&list, "%s%s", list.n ? ", " : "", grammar_places[i]->path);
    diag_code(r->d, &key->at, "unknown-key", "'%s' has no meaning in %s; it has in %s",
              key->text, p->path, strbuf_text(&list));
    strbuf_close(&list);
    return -1;
}

int item_misplaced_param(struct read *r, const struct place *p, const struct node *plugin,
                         const struct node *key)
{
    const struct component *c = NULL;

    if (registry_has(r->registry, p->kinds, plugin->text))
        c = registry_find(r->registry, p->kinds, plugin->text, &plugin->at, r->d);
    if (!c || !params_find(c->desc, key->text))
        return 0;
    diag_code(r->d, &key->at, "indent", "'%s' is a parameter of %s and belongs inside it",
              key->text, plugin->text);
    diag_note(r->d, "try   %s: {%s: VALUE}", plugin->text, key->text);
    return -1;
}

/* A key beside the plugin's that is no reserved word. */
static int stray(struct read *r, const struct place *p, const struct node *plugin,
                 const struct node *key)
{
    if (grammar_reserved(key->text) && strcmp(key->text, "prev") != 0)
        return misplaced(r, p, key);
    if (item_misplaced_param(r, p, plugin, key))
        return -1;
    return grammar_unknown(key, p->keys, arena_printf(r->a, "an item of %s", p->path),
                           r->d);
}

static int two_plugins(struct read *r, const struct place *p, const struct node *first,
                       const struct node *second)
{
    diag_code(r->d, &second->at, "two-plugins",
              "an item names one plugin, here are two: '%s' and '%s'", first->text,
              second->text);
    diag_note(r->d, p == &grammar_source
                        ? "try   one of them"
                        : "try   each on a line of its own that starts with '- '");
    return -1;
}

static int nameless(struct read *r, const struct node *n)
{
    struct strbuf words = { 0 };

    for (size_t i = 0; i < n->n; i++)
        strbuf_printf(&words, "%s'%s'", i ? ", " : "", n->keys[i]->text);
    diag_code(r->d, &n->at, "no-plugin", "this item names no plugin, it has only %s",
              words.n ? strbuf_text(&words) : "{}");
    strbuf_close(&words);
    return -1;
}

/* Sorts the keys of an item; complains about what belongs to nobody. */
static int sort_keys(struct read *r, const struct node *blocks, struct parts *out)
{
    const struct place *p = out->place;
    struct node        *map = out->node;
    int                 rc = 0;

    for (size_t i = 0; i < map->n; i++) {
        struct node *key = map->keys[i];

        if (key == out->key)
            out->value = map->values[i];
        else if (grammar_find(p->keys, key->text))
            tree_set(r->a, out->beside, key->text, key->at, map->values[i]);
        else if (grammar_ignored(key->text))
            continue;
        else if (out->key && written_is_plugin(r->registry, p, blocks, key->text))
            rc = two_plugins(r, p, out->key, key);
        else if (out->key)
            rc = stray(r, p, out->key, key);
        else
            rc = misplaced(r, p, key);
    }
    return rc;
}

int item_split(struct read *r, const struct place *p, struct node *n,
               const struct node *blocks, struct parts *out)
{
    *out = (struct parts){ .place = p, .node = n, .blocks = blocks };
    out->beside = tree_new(r->a, NODE_MAP, n->at);
    if (n->kind == NODE_SCALAR) {
        out->key = n;
        return vars_left(n) ? -1 : 0;
    }
    if (n->kind == NODE_NULL)
        return diag_code(r->d, &n->at, "no-plugin", "an empty item; %s is missing",
                         p->what);
    if (n->kind == NODE_SEQ)
        return diag_code(r->d, &n->at, "wrong-shape",
                         "a list stands where an item is needed: a plugin's name, or "
                         "NAME: {...}");
    out->key = written_plugin(r->registry, p, blocks, n);
    if (sort_keys(r, blocks, out))
        return -1;
    if (!out->key && !tree_find(out->beside, "use"))
        return nameless(r, n);
    if (out->key && tree_find(out->beside, "use"))
        return diag_code(
            r->d, &out->key->at, "two-plugins",
            "`use` runs an item again, so no plugin goes with it; here is '%s'",
            out->key->text);
    return 0;
}

/* Moves `of to where` from among the parameters to beside the plugin. */
static void move_ports(struct read *r, struct parts *p, const nnp_component *c)
{
    struct node *rest;

    if (!p->value || p->value->kind != NODE_MAP)
        return;
    rest = tree_new(r->a, NODE_MAP, p->value->at);
    for (size_t i = 0; i < p->value->n; i++) {
        const struct node *key = p->value->keys[i];
        bool               mine =
            grammar_among(p->place->ports, key->text) && !params_find(c, key->text);

        tree_set(r->a, mine ? p->beside : rest, key->text, key->at, p->value->values[i]);
    }
    p->value = rest;
}

int item_config(struct read *r, const struct component *c, const struct at *at,
                const struct node *value, void **self)
{
    *self = arena_alloc(r->a, c->desc->self_size + 1u);
    if (vars_left(value))
        return -1;
    struct params_of of = { r->a, c->desc, c->name, at, r->options->data };
    return params_apply(&of, value, *self, r->d);
}

/* A misspelt block is no layer either. */
static const char *near_block(struct read *r, const struct parts *p)
{
    const char       **names;
    const char *const *plugins;
    const char        *near;

    if (!p->blocks || registry_has(r->registry, p->place->kinds, p->key->text))
        return NULL;
    names = arena_array(r->a, p->blocks->n + 1, sizeof *names);
    for (size_t i = 0; i < p->blocks->n; i++)
        names[i] = p->blocks->keys[i]->text;
    plugins = registry_names(r->registry, p->place->kinds, r->a);
    near = synonyms_nearest(p->key->text, names);
    return near && !synonyms_nearest(p->key->text, plugins) ? near : NULL;
}

/* A word that means something in another section, as `shuffle` does in train. */
static void note_section(struct read *r, const char *word)
{
    if (grammar_find(grammar_train.words, word))
        diag_note(r->d, "'%s' is a key of train", word);
    else if (grammar_find(grammar_data.words, word) ||
             grammar_find(grammar_file.words, word))
        diag_note(r->d, "'%s' is a key of %s", word,
                  grammar_find(grammar_data.words, word) ? "data" : "the file");
}

/* Of a plugin of another kind: the section of the file where that stands. */
static void note_place(struct read *r, const char *name)
{
    for (size_t i = 0; grammar_places[i]; i++)
        if (registry_has(r->registry, grammar_places[i]->kinds, name)) {
            diag_note(r->d, "try   it in `%s`, where it belongs",
                      grammar_places[i]->path);
            return;
        }
}

int item_fill(struct read *r, struct parts *p, struct item *item)
{
    const char *block = near_block(r, p);

    item->at = p->key->at;
    item->node = p->node;
    if (block)
        return diag_code(r->d, &p->key->at, "unknown-plugin",
                         "neither a layer nor a block is called '%s'; block '%s' is",
                         p->key->text, block);
    item->type =
        registry_find(r->registry, p->place->kinds, p->key->text, &p->key->at, r->d);
    if (!item->type) {
        note_section(r, p->key->text);
        note_place(r, p->key->text);
        return -1;
    }
    move_ports(r, p, item->type->desc);
    item->note = item_note(p);
    return item_config(r, item->type, &item->at, p->value, &item->self);
}

struct item *item_add(struct read *r, struct items *list)
{
    if (list->n == list->room) {
        size_t room = list->room ? 2 * list->room : 8;
        list->v = arena_grow(r->a, list->v, list->n, room, sizeof *list->v);
        list->room = room;
    }
    struct item *item = &list->v[list->n++];
    *item = (struct item){ .use = -1, .lr = 1, .weight = 1, .when = WHEN_ALWAYS };
    return item;
}

struct input *item_input(struct read *r, struct item *item, const char *port,
                         const char *stream, struct at at)
{
    item->in = arena_grow(r->a, item->in, item->n_in, item->n_in + 1, sizeof *item->in);
    struct input *in = &item->in[item->n_in++];
    *in = (struct input){ port, stream, at };
    return in;
}

int item_names(struct read *r, const struct parts *p, struct node ***out)
{
    struct node *as = tree_find(p->beside, "as");
    size_t       n;

    if (!as)
        return 0;
    struct node **slot = arena_alloc(r->a, sizeof *slot);
    *slot = as;
    if (as->kind == NODE_MAP || as->kind == NODE_NULL || (as->kind == NODE_SEQ && !as->n))
        return diag_code(r->d, &as->at, "wrong-type",
                         "as: a name is needed, or a list of names for several outputs");
    if (value_list(slot, "as", out, &n, r->d))
        return -1;
    return (int)n;
}

const char *item_note(const struct parts *p)
{
    const struct node *n = tree_find(p->beside, "note");

    return n && n->kind == NODE_SCALAR ? n->text : NULL;
}

static bool is_taken(const void *arg, const char *name)
{
    const struct items *list = arg;

    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].name && strcmp(list->v[i].name, name) == 0)
            return true;
    return false;
}

const char *item_unique(struct read *r, const struct items *list, const char *base)
{
    return written_unique(r->a, base, is_taken, list);
}

int item_when(struct read *r, const struct scope *s, const struct parts *p,
              enum when *out)
{
    const struct node *n = tree_find(p->beside, "when");

    *out = WHEN_ALWAYS;
    if (!n || n->kind == NODE_NULL)
        return 1;
    if (n->kind != NODE_SCALAR) {
        diag_code(r->d, &n->at, "wrong-type",
                  "when: train, eval or a condition is needed here");
        return 1;
    }
    if (strcmp(n->text, "train") == 0)
        *out = WHEN_TRAIN;
    else if (strcmp(n->text, "eval") == 0)
        *out = WHEN_EVAL;
    else if (vars_is_word(n->text) && !vars_has(s, n->text))
        diag_code(r->d, &n->at, "wrong-word",
                  "when: '%s' is neither train, eval nor a condition on variables",
                  n->text);
    else
        return vars_test(s, n, r->d) != 0;
    return 1;
}

void *item_copy_self(struct arena *a, const struct component *type, const void *self)
{
    void *copy = arena_alloc(a, type->desc->self_size + 1u);

    return memcpy(copy, self, type->desc->self_size);
}
