/* SPDX-License-Identifier: MIT */
/* The model: lists of items, read from top to bottom. Names are only noted here; wire.c
 * looks them up when all are known, so that an item may read one further below. */
#include <config.h>
#include "pipeline/model.h"

#include <string.h>

#include "pipeline/item.h"
#include "pipeline/stage.h"
#include "language/params.h"
#include "language/value.h"
#include "language/vars.h"

/* ---- from and as ------------------------------------------------------------------- */

/* `from` of the model: "prev" is resolved here, all other names later. */
static int one_ref(struct modelling *m, const struct listing *f, const struct node *n,
                   struct ref *out)
{
    if (n->kind != NODE_SCALAR)
        return diag_code(m->r->d, &n->at, "wrong-type", "from: a name is needed here");
    if (vars_left(n))
        return -1;
    if (strcmp(n->text, "prev") == 0) {
        if (!f->prev.name)
            return diag_code(
                m->r->d, &n->at, "no-prev",
                "nothing stands above the first item of a block that names its "
                "inputs; from: %s reads the first of them",
                f->n_inputs ? f->inputs[0] : "NAME");
        *out = f->prev;
        out->at = n->at;
        return 0;
    }
    *out = (struct ref){ n->text, f, n->at };
    return 0;
}

int model_from(struct modelling *m, const struct call *c, struct ref **refs,
               const char ***ports, size_t *n)
{
    struct node  *from = tree_find(c->parts->beside, "from");
    struct node **list;
    int           rc = 0;

    *n = 0;
    if (!from || from->kind == NODE_NULL)
        return 0;
    list = &from;
    *n = from->kind == NODE_SCALAR ? 1 : from->n;
    if (from->kind != NODE_SCALAR)
        list = from->values;
    if (!*n)
        return diag_code(m->r->d, &from->at, "wrong-type", "from: a name is missing");
    *refs = arena_array(m->r->a, *n, sizeof **refs);
    *ports = arena_array(m->r->a, *n, sizeof **ports);
    for (size_t i = 0; i < *n; i++) {
        if (one_ref(m, c->frame, list[i], &(*refs)[i]))
            rc = -1;
        if (from->kind == NODE_MAP)
            (*ports)[i] = from->keys[i]->text;
    }
    if (c->chained)
        (*refs)[0] = c->frame->prev;
    return rc;
}

static const char *full_name(struct modelling *m, const struct listing *f,
                             const char *name)
{
    return f->prefix[0] ? arena_printf(m->r->a, "%s%s", f->prefix, name) : name;
}

void model_alias(struct modelling *m, const struct call *c, const struct ref *to)
{
    for (int i = 0; i < c->n_as; i++) {
        const struct node *as = c->as[i];
        struct ref        *copy = arena_alloc(m->r->a, sizeof *copy);
        struct name       *n = names_add(m->r->names, full_name(m, c->frame, as->text),
                                         as->text, NAME_ALIAS, &as->at, m->r->d);
        *copy = *to;
        if (n)
            n->to = copy;
    }
}

/* ---- one item ---------------------------------------------------------------------- */

static struct item *new_item(struct modelling *m, const struct call *c,
                             struct draft **draft)
{
    size_t n = m->items->n;

    if (n == m->room) {
        size_t room = m->room ? 2 * m->room : 16;
        m->drafts = arena_grow(m->r->a, m->drafts, n, room, sizeof *m->drafts);
        m->room = room;
    }
    *draft = &m->drafts[n];
    **draft = (struct draft){ .prefix = c->frame->prefix, .then = c->then };
    return item_add(m->r, m->items);
}

/* Registers the item's name and those of its further outputs. */
static void name_item(struct modelling *m, const struct call *c, const char *base,
                      struct item *item)
{
    size_t index = m->items->n - 1, n = c->n_as ? (size_t)c->n_as : 1;

    item->outs = arena_array(m->r->a, n, sizeof *item->outs);
    item->n_outs = n;
    item->named = c->n_as > 0;
    for (size_t i = 0; i < n; i++) {
        const struct node *as = item->named ? c->as[i] : NULL;
        const char        *full = as ? full_name(m, c->frame, as->text)
                                     : names_generate(m->r->names, c->frame->prefix, base);
        struct name       *name =
            names_add(m->r->names, full, as ? as->text : NULL,
                      i ? NAME_OUTPUT : NAME_ITEM, as ? &as->at : &item->at, m->r->d);
        if (name)
            name->item = index;
        item->outs[i] = full;
    }
    item->name = item->outs[0];
    item->path = arena_printf(m->r->a, "model.%s", item->name);
    c->frame->prev = (struct ref){ item->name, NULL, item->at };
}

static void read_inputs(struct modelling *m, const struct call *c, struct draft *draft)
{
    size_t n;

    if (model_from(m, c, &draft->in, &draft->port, &n))
        return;
    if (!n && !c->frame->prev.name) {
        diag_code(m->r->d, &c->parts->node->at, "no-prev",
                  "the first item of a block with inputs says what it reads: from: %s",
                  c->frame->n_inputs ? c->frame->inputs[0] : "NAME");
        return;
    }
    if (!n) {
        draft->in = arena_alloc(m->r->a, sizeof *draft->in);
        draft->port = arena_alloc(m->r->a, sizeof *draft->port);
        draft->in[0] = c->frame->prev;
        draft->in[0].at = c->parts->node->at;
        n = 1;
    }
    draft->n_in = n;
}

/* Which stream an estimator learns to tell. */
static void read_target(struct modelling *m, const struct call *c, struct draft *draft)
{
    const struct node *to = tree_find(c->parts->beside, "to");

    if (!to || to->kind == NODE_NULL)
        return;
    if (to->kind != NODE_SCALAR)
        diag_code(m->r->d, &to->at, "wrong-type", "to: the name of a stream is needed");
    else if (!vars_left(to))
        draft->to = (struct ref){ to->text, c->frame, to->at };
}

static void plugin_item(struct modelling *m, struct call *c);

/* Takes `then` apart, which is a plugin and its parameters. */
static int split_then(struct modelling *m, struct node *then, struct parts *p)
{
    if (item_split(m->r, &grammar_model, then, NULL, p))
        return -1;
    return p->key ? 0
                  : diag_code(m->r->d, &then->at, "no-plugin",
                              "`use` is an item of its own; a plugin is needed here");
}

/* Reads the second item in the place of the first: it takes the name. */
static void put_then(struct modelling *m, const struct call *c, struct node *then)
{
    struct parts p;
    struct call  second = *c;

    if (split_then(m, then, &p))
        return;
    second.parts = &p;
    second.chained = false;
    second.then = true;
    plugin_item(m, &second);
}

/* ---- the three forms of an item ---------------------------------------------------- */

/* An item that is left out: its output is its first input. */
static void pass_through(struct modelling *m, const struct call *c)
{
    struct ref  *refs;
    const char **ports;
    size_t       n;

    if (!model_from(m, c, &refs, &ports, &n) && n)
        c->frame->prev = refs[0];
    model_alias(m, c, &c->frame->prev);
}

/* `act: relu`: only the item that is named stands, wired and treated as this one. */
static void stand_in(struct modelling *m, struct call *c, struct node *then)
{
    struct parts p;
    struct call  other = *c;

    if (!then) {
        pass_through(m, c);
        return;
    }
    if (split_then(m, then, &p))
        return;
    p.beside = c->parts->beside;
    p.node = c->parts->node;
    other.parts = &p;
    plugin_item(m, &other);
}

static void plugin_item(struct modelling *m, struct call *c)
{
    struct read            *r = m->r;
    struct parts           *p = c->parts;
    struct node            *taken = NULL, *next = NULL;
    struct item             item = { .use = -1, .lr = 1, .weight = 1 };
    struct draft           *draft;
    const nnp_param        *then;
    const struct component *type;

    /* The first lookup tells whether there is sugar; item_fill does the complaining. */
    type =
        registry_has(r->registry, p->place->kinds, p->key->text)
            ? registry_find(r->registry, p->place->kinds, p->key->text, &p->key->at, r->d)
            : NULL;
    then = type ? params_then(type->desc) : NULL;
    if (then)
        taken = follow_take(r, p, type->desc, then);
    int rc = item_fill(r, p, &item);
    if (!rc && then)
        next = follow_item(r, p, &item, then, taken);
    if (!rc && type->desc->flags & NNP_STANDS_IN) {
        stand_in(m, c, next);
        return;
    }
    struct call first = *c;
    if (next)
        first.n_as = 0;
    *new_item(m, c, &draft) = item;
    struct item *placed = &m->items->v[m->items->n - 1];
    read_inputs(m, &first, draft);
    read_target(m, &first, draft);
    treat_item(m, &first, placed, draft);
    name_item(m, &first, names_base(r->a, p->key->text), placed);
    if (next)
        put_then(m, c, next);
}

static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');

    return slash ? slash + 1 : name;
}

static void use_item(struct modelling *m, struct call *c)
{
    static const char *const weights[] = { "share", "freeze", "lr", "init", NULL };
    const struct node       *use = tree_find(c->parts->beside, "use");
    struct draft            *draft;

    if (use->kind != NODE_SCALAR) {
        diag_code(m->r->d, &use->at, "wrong-type", "use: the name of an item is needed");
        return;
    }
    for (size_t i = 0; weights[i]; i++) {
        const struct node *key = tree_find_key(c->parts->beside, weights[i]);
        if (key)
            diag_code(m->r->d, &key->at, "unknown-key",
                      "'%s' does not go with `use`: the weights are those of '%s'",
                      key->text, use->text);
    }
    struct item *item = new_item(m, c, &draft);
    item->at = use->at;
    item->node = c->parts->node;
    item->note = item_note(c->parts);
    draft->use = (struct ref){ use->text, c->frame, use->at };
    read_inputs(m, c, draft);
    read_target(m, c, draft);
    name_item(m, c, arena_printf(m->r->a, "%s_again", last_part(use->text)), item);
    if (vars_left(use))
        draft->use.name = NULL;
}

static const struct node *block_of(const struct modelling *m, const struct parts *p)
{
    return m->blocks && p->key ? tree_find(m->blocks, p->key->text) : NULL;
}

static void one_copy(struct modelling *m, struct call *c)
{
    const struct node *block = block_of(m, c->parts);

    if (m->items->n >= MODEL_MOST_ITEMS) {
        if (!m->full)
            diag_code(m->r->d, &c->parts->node->at, "too-large",
                      "the model has more than %d items", MODEL_MOST_ITEMS);
        m->full = true;
        return;
    }
    if (block)
        block_use(m, c, block);
    else if (c->parts->key)
        plugin_item(m, c);
    else
        use_item(m, c);
}

static void read_item(struct modelling *m, struct listing *f, const struct node *raw)
{
    struct parts p;
    struct call  c = { .frame = f, .parts = &p };
    int64_t      copies = 0;
    enum when    when;
    size_t       first = m->items->n;

    if (item_split(m->r, &grammar_model, vars_replace(f->scope, raw, m->r->d), m->blocks,
                   &p))
        return;
    value_int(p.beside, &grammar_beside_layer, "repeat", &copies, m->r->d);
    int n_as = item_names(m->r, &p, &c.as);
    if (!item_when(m->r, f->scope, &p, &when))
        copies = 0;
    for (int64_t i = 0; i < copies && !m->full; i++) {
        struct parts again = p;
        size_t       before = m->items->n;

        if (p.value) /* reading an item may take it apart */
            again.value = tree_copy(m->r->a, p.value);
        c.parts = &again;
        c.chained = i > 0;
        c.n_as = i == copies - 1 && n_as > 0 ? n_as : 0;
        one_copy(m, &c);
        /* Of nothing, a billion copies are nothing, too: on to the last. */
        if (m->items->n == before && i < copies - 1)
            i = copies - 2;
    }
    for (size_t i = first; i < m->items->n; i++)
        if (when != WHEN_ALWAYS)
            m->items->v[i].when = when;
    c.n_as = n_as > 0 ? n_as : 0;
    if (!copies)
        pass_through(m, &c);
}

void model_list(struct modelling *m, struct listing *frame, const struct node *seq)
{
    for (size_t i = 0; i < seq->n && !m->full; i++)
        read_item(m, frame, seq->values[i]);
}

void model_read(struct read *r, const struct node *model, const struct node *blocks)
{
    struct modelling m = { .r = r, .items = &r->spec->model };
    struct listing  *top = arena_alloc(r->a, sizeof *top);

    if (blocks && blocks->kind == NODE_MAP) {
        m.blocks = blocks;
        m.used = arena_array(r->a, blocks->n + 1, sizeof *m.used);
        block_check(&m);
    } else if (blocks && blocks->kind != NODE_NULL) {
        grammar_expect(blocks, NODE_MAP, "blocks", r->d);
    }
    if (!model || model->kind == NODE_NULL || (model->kind == NODE_SEQ && !model->n)) {
        if (model || read_lacks(r, "model"))
            diag_code(r->d, model ? &model->at : &r->top, "missing",
                      "model is missing: a list of layers, each on a line that starts "
                      "with '- '");
        return;
    }
    if (grammar_expect(model, NODE_SEQ, "model", r->d))
        return;
    *top = (struct listing){ .prefix = "",
                             .scope = r->vars,
                             .prev = { "x", NULL, model->at } };
    stage_input(&m, top);
    model_list(&m, top, model);
    if (m.full)
        return; /* to wire what is too much anyway would only take time */
    wire_items(&m);
    stage_freeze(&m);
    if (r->spec->model.n)
        r->output = refs_stream(r->names, &top->prev, r->d);
    for (size_t i = 0; m.blocks && i < m.blocks->n; i++)
        if (!m.used[i] && !r->d->errors && !stage_mentions(r, m.blocks->keys[i]->text))
            diag_warn(r->d, &m.blocks->keys[i]->at, "block '%s' is never used",
                      m.blocks->keys[i]->text);
}
