/* SPDX-License-Identifier: MIT */
/* How the weights of an item are treated: init, share, freeze, lr. */
#include <config.h>
#include "pipeline/model.h"

#include <string.h>

#include "language/names.h"
#include "language/value.h"
#include "plugin/synonyms.h"

static int read_init_of(struct read *r, struct node *n, const char *weight,
                        struct item *item)
{
    struct parts      p;
    struct init_spec *init;

    if (item_split(r, &grammar_init, n, NULL, &p))
        return -1;
    const struct component *type =
        registry_find(r->registry, grammar_init.kinds, p.key->text, &p.key->at, r->d);
    if (!type)
        return -1;
    item->init =
        arena_grow(r->a, item->init, item->n_init, item->n_init + 1, sizeof *item->init);
    init = &item->init[item->n_init++];
    *init = (struct init_spec){ .weight = weight, .type = type, .at = p.key->at };
    return item_config(r, type, &p.key->at, p.value, &init->self);
}

/* A plugin of any kind, or nearly an initializer: no name of a tensor. */
static bool is_plugin(struct read *r, const char *word)
{
    return names_plugin(r->names, word) ||
           synonyms_nearest(word, registry_names(r->registry, grammar_init.kinds, r->a));
}

/* NAME, {NAME: {...}}, or one of these for each tensor: {weight: NAME, bias: {...}}. */
static void read_init(struct read *r, struct node *n, struct item *item)
{
    if (n->kind == NODE_MAP && n->n) {
        bool one = n->n == 1 && is_plugin(r, n->keys[0]->text);
        for (size_t i = 0; !one && i < n->n; i++)
            read_init_of(r, n->values[i], n->keys[i]->text, item);
        if (one)
            read_init_of(r, n, NULL, item);
        return;
    }
    read_init_of(r, n, NULL, item);
}

/* enc1.weight or enc1.weight.T */
static int read_shared(struct modelling *m, const struct listing *f,
                       const struct node *key, const struct node *n, struct share_spec *s,
                       struct ref *ref)
{
    if (n->kind != NODE_SCALAR || !strchr(n->text, '.')) {
        diag_code(m->r->d, &n->at, "wrong-type",
                  "share.%s: ITEM.TENSOR or ITEM.TENSOR.T is needed", key->text);
        return -1;
    }
    char *item = arena_strdup(m->r->a, n->text), *other = strchr(item, '.');
    *other++ = 0;
    char *last = strrchr(other, '.');
    if (last && strcmp(last, ".T") == 0) {
        s->transposed = true;
        *last = 0;
    }
    s->weight = key->text;
    s->other = other;
    s->at = n->at;
    *ref = (struct ref){ item, f, n->at };
    return 0;
}

static void read_share(struct modelling *m, const struct call *c, struct node *n,
                       struct item *item, struct draft *draft)
{
    if (grammar_expect(n, NODE_MAP, "share", m->r->d) || vars_left(n))
        return;
    item->share = arena_array(m->r->a, n->n + 1, sizeof *item->share);
    draft->share = arena_array(m->r->a, n->n + 1, sizeof *draft->share);
    for (size_t i = 0; i < n->n; i++)
        if (!read_shared(m, c->frame, n->keys[i], n->values[i],
                         &item->share[item->n_share], &draft->share[item->n_share]))
            item->n_share++;
}

void treat_item(struct modelling *m, const struct call *c, struct item *item,
                struct draft *draft)
{
    struct node *beside = c->parts->beside, *n;

    value_bool(beside, &grammar_beside_layer, "freeze", &item->freeze, m->r->d);
    value_real(beside, &grammar_beside_layer, "lr", &item->lr, m->r->d);
    if ((n = tree_find(beside, "init")))
        read_init(m->r, n, item);
    if ((n = tree_find(beside, "share")))
        read_share(m, c, n, item, draft);
}
