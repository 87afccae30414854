/* SPDX-License-Identifier: MIT */
/*
 * Names are given in the order of the list, as reading it gives them: `as`, else the
 * plugin's name with the next free number, once for each copy of a repeated item, and
 * once more for an item that a parameter puts behind it (`activation`). Copies that
 * variables decide about make all later names of that plugin uncertain.
 */
#include <config.h>
#include "language/written.h"

#include <string.h>

#include "language/names.h"
#include "language/params.h"

enum { MOST_COPIES = 100000 }; /* more items than that are refused when they are read */

/* ---- keys -------------------------------------------------------------------------- */

bool written_is_plugin(struct registry *r, const struct place *p,
                       const struct node *blocks, const char *word)
{
    return (blocks && tree_find_key(blocks, word)) || registry_has(r, p->kinds, word);
}

struct node *written_plugin(struct registry *r, const struct place *p,
                            const struct node *blocks, struct node *item)
{
    struct node *first = NULL;

    if (item->kind == NODE_SCALAR)
        return item;
    for (size_t i = 0; item->kind == NODE_MAP && i < item->n; i++) {
        struct node *key = item->keys[i];

        if (grammar_find(p->keys, key->text) || grammar_ignored(key->text))
            continue;
        if (written_is_plugin(r, p, blocks, key->text))
            return key;
        if (!first && !grammar_reserved(key->text))
            first = key;
    }
    return first;
}

static struct node *beside(const struct node *item, const char *key)
{
    return item->kind == NODE_MAP ? tree_find(item, key) : NULL;
}

static bool is_called(const struct node *as, const char *name)
{
    if (as && as->kind == NODE_SCALAR)
        return strcmp(as->text, name) == 0;
    for (size_t i = 0; as && as->kind == NODE_SEQ && i < as->n; i++)
        if (is_called(as->values[i], name))
            return true;
    return false;
}

const char *written_base(struct arena *a, const struct place *p, const char *plugin)
{
    return p == &grammar_metrics ? arena_strdup(a, plugin) : names_base(a, plugin);
}

bool written_as(const struct node *item, const char *name)
{
    return is_called(beside(item, "as"), name);
}

/* ---- the names of a list ----------------------------------------------------------- */

const char *written_unique(struct arena *a, const char *base,
                           bool (*taken)(const void *arg, const char *name),
                           const void *arg)
{
    const char *name = base;

    for (size_t k = 2; taken(arg, name); k++)
        name = arena_printf(a, "%s%zu", base, k);
    return name;
}

struct naming { /* on the way through a list */
    const struct written_list *l;
    const char                *wanted;
    struct names               names;
    struct diag                quiet;
    const char               **unsure; /* plugins of which it is not known how many */
    size_t                     n_unsure;
    bool                       all_unsure;
    int                        found;
};

static bool is_taken(const void *names, const char *name)
{
    return names_find(names, name) != NULL;
}

static bool is_unsure(const struct naming *m, const char *base)
{
    for (size_t i = 0; i < m->n_unsure; i++)
        if (strcmp(m->unsure[i], base) == 0)
            return true;
    return m->all_unsure;
}

static void enter(struct naming *m, const char *name, int item)
{
    static const struct at nowhere = { 0 };

    if (m->found == WRITTEN_NOBODY && strcmp(name, m->wanted) == 0)
        m->found = item;
    names_add(&m->names, name, NULL, NAME_ITEM, &nowhere, &m->quiet);
}

static void give_name(struct naming *m, const char *base, int item)
{
    const struct place *p = m->l->place;
    const char         *name = p == &grammar_model || p == &grammar_map
                                   ? names_generate(&m->names, "", base)
                                   : written_unique(m->l->arena, base, is_taken, &m->names);

    enter(m, name, is_unsure(m, base) ? WRITTEN_VARIABLES : item);
}

static void enter_as(struct naming *m, const struct node *as, int item)
{
    if (as->kind == NODE_SCALAR)
        enter(m, as->text, item);
    for (size_t i = 0; as->kind == NODE_SEQ && i < as->n; i++)
        enter_as(m, as->values[i], item);
}

static bool is_open(const struct node *n)
{
    return n && n->kind == NODE_SCALAR && !n->quoted && strchr(n->text, '$');
}

/* How many copies; -1: variables say it. */
static int64_t copies(const struct node *item)
{
    const struct node *when = beside(item, "when"), *repeat = beside(item, "repeat");
    int64_t            n = 1;

    if (when && when->kind == NODE_SCALAR && strcmp(when->text, "train") != 0 &&
        strcmp(when->text, "eval") != 0)
        return -1;
    if (repeat && (is_open(repeat) || tree_int(repeat, &n, NULL)))
        return -1;
    return n < 0 ? 0 : n;
}

/* The plugin of the item that a parameter of this one puts behind it, or NULL. */
static struct node *follower(const struct component *c, struct node *item,
                             const struct node *key)
{
    const nnp_param *then = c ? params_then(c->desc) : NULL;
    struct node     *value = beside(item, key->text), **slot;

    slot = then ? params_slot(c->desc, then, &value) : NULL;
    if (slot && (*slot)->kind == NODE_MAP && (*slot)->n == 1)
        return (*slot)->keys[0];
    return slot && (*slot)->kind == NODE_SCALAR && *(*slot)->text ? *slot : NULL;
}

struct form {                 /* what of an item its names depend on */
    const char        *base;  /* NULL: variables say which plugin it is */
    const struct node *as;    /* or NULL */
    const char        *next;  /* base of the item behind it, or NULL */
    bool               alone; /* only that item stands, in the place of this one */
    int64_t            n;
};

static struct form form_of(const struct naming *m, struct node *item)
{
    const struct written_list *l = m->l;
    const struct node      *key = written_plugin(l->registry, l->place, l->blocks, item);
    const struct node      *use = beside(item, "use"), *next;
    struct form             f = { .as = beside(item, "as"), .n = copies(item) };
    const struct component *c = NULL;
    struct diag             quiet;

    if (!key && use && use->kind == NODE_SCALAR && !is_open(use))
        f.base = arena_printf(l->arena, "%s_again", use->text);
    if (!key || is_open(key))
        return f;
    f.base = written_base(l->arena, l->place, key->text);
    diag_init(&quiet, l->arena);
    if (l->place == &grammar_model &&
        !(l->blocks && tree_find_key(l->blocks, key->text)) &&
        registry_has(l->registry, l->place->kinds, key->text))
        c = registry_find(l->registry, l->place->kinds, key->text, &key->at, &quiet);
    next = follower(c, item, key);
    if (next && is_open(next))
        f.base = NULL;
    else if (next)
        f.next = names_base(l->arena, next->text);
    f.alone = f.next && c->desc->flags & NNP_STANDS_IN;
    return f;
}

static void one_copy(struct naming *m, const struct form *f, const struct node *as, int k)
{
    if (!f->alone && (!as || f->next))
        give_name(m, f->base, k);
    if (as)
        enter_as(m, as, k);
    else if (f->next) /* its parameters are not this item's */
        give_name(m, f->next, f->alone ? k : WRITTEN_NOBODY);
}

static void one_item(struct naming *m, struct node *item, int k)
{
    struct form f = form_of(m, item);

    m->all_unsure |= !f.base;
    if (f.n < 0 && f.base) {
        m->unsure[m->n_unsure++] = f.base;
        if (f.next)
            m->unsure[m->n_unsure++] = f.next;
    }
    for (int64_t i = 0; i < f.n - 1 && i < MOST_COPIES && f.base; i++)
        one_copy(m, &f, NULL, k);
    if (f.n && (f.base || f.as))
        one_copy(m, &f, f.as, k);
    else if (f.as)
        enter_as(m, f.as, k);
}

/* ---- looking ----------------------------------------------------------------------- */

/* The only item of that plugin that has no other name. */
static int by_plugin(const struct written_list *l, const char *name)
{
    int found = WRITTEN_NOBODY;

    for (size_t i = 0; i < l->list->n; i++) {
        struct node       *item = l->list->values[i];
        const struct node *key = written_plugin(l->registry, l->place, l->blocks, item);

        if (!key || beside(item, "as") ||
            (strcmp(key->text, name) != 0 &&
             strcmp(names_base(l->arena, key->text), name) != 0))
            continue;
        if (found >= 0)
            return WRITTEN_SEVERAL;
        found = (int)i;
    }
    return found;
}

/* dense of dense12. */
static const char *stem(struct arena *a, const char *name)
{
    size_t n = strlen(name);

    while (n && name[n - 1] >= '0' && name[n - 1] <= '9')
        n--;
    return arena_strndup(a, name, n);
}

int written_find(const struct written_list *l, const char *name)
{
    size_t        room = 2 * (l->list->n + (l->before ? l->before->n : 0)) + 1;
    struct naming m = { .l = l, .wanted = name, .found = WRITTEN_NOBODY };

    m.names = (struct names){ .arena = l->arena, .registry = l->registry };
    m.unsure = arena_array(l->arena, room, sizeof *m.unsure);
    diag_init(&m.quiet, l->arena);
    for (size_t i = 0; l->before && i < l->before->n; i++)
        one_item(&m, l->before->values[i], WRITTEN_NOBODY);
    for (size_t i = 0; i < l->list->n; i++)
        one_item(&m, l->list->values[i], (int)i);
    if (m.found == WRITTEN_NOBODY)
        m.found = by_plugin(l, name);
    if (m.found == WRITTEN_NOBODY && is_unsure(&m, stem(l->arena, name)))
        m.found = WRITTEN_VARIABLES;
    return m.found;
}
