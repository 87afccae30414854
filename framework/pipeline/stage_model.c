/* SPDX-License-Identifier: MIT */
/* The file's main model in a stage that brings a model of its own. */
#include <config.h>
#include "pipeline/stage.h"

#include <string.h>

#include "pipeline/model.h"
#include "language/names.h"
#include "language/written.h"

/* ---- input: what makes a stream of the main model ---------------------------------- */

static const struct node *as_of(const struct node *item)
{
    return item->kind == NODE_MAP ? tree_find(item, "as") : NULL;
}

static int no_input(struct modelling *m, const struct at *at, const char *name)
{
    const struct node *main = m->r->stage->main;
    const char       **names = arena_array(m->r->a, main->n + 1, sizeof *names);
    size_t             n = 0;

    for (size_t i = 0; i < main->n; i++) {
        const struct node *as = as_of(main->values[i]);
        if (as && as->kind == NODE_SCALAR)
            names[n++] = as->text;
    }
    const char *near = diag_nearest(name, names);
    if (near)
        return diag_code(m->r->d, at, "unknown-name",
                         "input: no stream of the main model is called '%s'; '%s' is",
                         name, near);
    diag_code(m->r->d, at, "unknown-name",
              "input: no stream of the main model is called '%s'", name);
    diag_note(m->r->d, "`as` gives an item of the main model a name");
    return -1;
}

static void make_prefix(struct modelling *m, struct listing *top, const char *name,
                        const struct at *at)
{
    const struct node *main = m->r->stage->main;
    struct node       *prefix = tree_new(m->r->a, NODE_SEQ, main->at);
    bool               found = false;

    for (size_t i = 0; !found && main->kind == NODE_SEQ && i < main->n; i++) {
        struct node *item = main->values[i];
        tree_add(m->r->a, prefix, item);
        found = written_as(item, name);
    }
    if (found)
        model_list(m, top, prefix);
    else
        no_input(m, at, name);
}

void stage_input(struct modelling *m, struct listing *top)
{
    const struct stage_spec *s = m->r->spec->stage;

    if (!s || !s->input)
        return;
    if (!names_find(m->r->names, s->input) && m->r->stage->main)
        make_prefix(m, top, s->input, &s->input_at);
    if (names_find(m->r->names, s->input))
        top->prev = (struct ref){ s->input, NULL, s->input_at };
}

/* ---- what the input rests on stays as it is ---------------------------------------- */

static bool makes(const struct item *item, const char *stream)
{
    for (size_t i = 0; i < item->n_outs; i++)
        if (strcmp(item->outs[i], stream) == 0)
            return true;
    return false;
}

static void freeze_up(struct items *items, size_t k)
{
    struct item *item = &items->v[k];

    item->freeze = true;
    if (item->use >= 0)
        items->v[item->use].freeze = true;
    for (size_t i = 0; i < item->n_in; i++)
        for (size_t j = 0; j < k; j++)
            if (makes(&items->v[j], item->in[i].stream))
                freeze_up(items, j);
}

void stage_freeze(struct modelling *m)
{
    const struct stage_spec *s = m->r->spec->stage;
    struct ref               ref = { s ? s->input : NULL, NULL, { 0 } };
    struct items            *items = m->items;

    if (!ref.name || m->r->d->errors)
        return;
    const struct name *n = refs_find(m->r->names, &ref);
    if (!n) {
        diag_code(m->r->d, &s->input_at, "unknown-name",
                  "input: no stream of the model is called '%s'", s->input);
        return;
    }
    m->r->spec->input = n->name;
    for (size_t i = 0; n->kind != NAME_STREAM && i < items->n; i++)
        if (makes(&items->v[i], n->name))
            freeze_up(items, i);
}

/* ---- use: an item of the main model ------------------------------------------------ */

/* The items of the main model, read beside the stage's own with names of their own. */
static struct modelling *main_model(struct modelling *m)
{
    struct read  *r = m->r;
    struct names *usual = r->names;
    struct names  own = { .arena = r->a, .registry = r->registry, .open = usual->open };
    struct modelling *main = r->stage->main_items;
    struct listing   *top;

    if (main)
        return main;
    main = r->stage->main_items = arena_alloc(r->a, sizeof *main);
    top = arena_alloc(r->a, sizeof *top);
    *main = (struct modelling){ .r = r, .blocks = m->blocks, .used = m->used };
    main->items = arena_alloc(r->a, sizeof *main->items);
    *top = (struct listing){ .prefix = "",
                             .scope = r->vars,
                             .prev = { "x", NULL, r->stage->main->at } };
    r->names = &own;
    for (size_t i = 0; i < usual->n; i++)
        if (usual->v[i].kind == NAME_STREAM)
            names_add(r->names, usual->v[i].name, NULL, NAME_STREAM, &usual->v[i].at,
                      r->d);
    if (r->stage->main->kind == NODE_SEQ)
        model_list(main, top, r->stage->main);
    r->names = usual;
    return main;
}

static const struct item *find_item(const struct modelling *main, const char *name,
                                    size_t *k)
{
    for (*k = 0; *k < main->items->n; ++*k)
        if (main->items->v[*k].name && strcmp(main->items->v[*k].name, name) == 0)
            return &main->items->v[*k];
    return NULL;
}

/* The item takes the name it has in the main model, and its weights with it; whatever it
 * was called here stands for that. */
static void take_name(struct modelling *m, struct item *item, const char *name)
{
    struct read *r = m->r;
    struct ref  *to = arena_alloc(r->a, sizeof *to);
    struct name *old = names_find(r->names, item->name), *new;
    size_t       index = old ? old->item : 0;

    *to = (struct ref){ name, NULL, item->at };
    if (old) {
        old->kind = NAME_ALIAS;
        old->to = to;
    }
    new = names_add(r->names, name, NULL, NAME_ITEM, &item->at, r->d);
    if (new)
        new->item = index;
    item->name = item->outs[0] = name;
    item->named = true;
    item->path = arena_printf(r->a, "model.%s", name);
}

bool stage_adopt(struct modelling *m, struct item *item, struct draft *draft)
{
    struct read       *r = m->r;
    struct modelling  *main;
    const struct item *from;
    size_t             k;

    if (!r->stage || !r->stage->main || refs_find(r->names, &draft->use))
        return false;
    main = main_model(m);
    from = find_item(main, draft->use.name, &k);
    if (!from || !from->type)
        return false;
    if (main->drafts[k].then || from->n_share || main->drafts[k].use.name) {
        diag_code(r->d, &draft->use.at, "wrong-name",
                  "use: '%s' of the main model has no weights of its own", from->name);
        return true;
    }
    item->type = from->type;
    item->self = item_copy_self(r->a, from->type, from->self);
    item->init = from->init;
    item->n_init = from->n_init;
    item->lr = from->lr;
    take_name(m, item, from->name);
    draft->use.name = NULL;
    return true;
}
