/* SPDX-License-Identifier: MIT */
/* Blocks: lists of items with arguments and inputs, unrolled where they are used. */
#include <config.h>
#include "pipeline/model.h"

#include <string.h>

#include "language/params.h"
#include "pipeline/item.h"
#include "language/names.h"
#include "language/value.h"

/* ---- the section ------------------------------------------------------------------- */

static void check_block_name(struct read *r, const struct node *key)
{
    const char *kind = registry_has(r->registry, grammar_model.kinds, key->text);

    if (!grammar_name(key->text) || strchr(key->text, '/'))
        diag_code(
            r->d, &key->at, "bad-name",
            "'%s' is no name for a block: a small letter, then small letters, digits "
            "and _",
            key->text);
    else if (grammar_reserved(key->text))
        diag_code(r->d, &key->at, "bad-name",
                  "'%s' is a word of the language and cannot name a block", key->text);
    else if (kind)
        diag_code(r->d, &key->at, "bad-name",
                  "'%s' is the name of a plugin (%s) and cannot name a block", key->text,
                  kind);
}

static void check_inputs(struct read *r, const struct node *inputs, const char *what)
{
    if (!inputs || inputs->kind == NODE_NULL ||
        grammar_expect(inputs, NODE_SEQ, arena_printf(r->a, "%s.inputs", what), r->d))
        return;
    for (size_t i = 0; i < inputs->n; i++) {
        const struct node *n = inputs->values[i];

        if (n->kind != NODE_SCALAR || !grammar_name(n->text) || grammar_reserved(n->text))
            diag_code(r->d, &n->at, "bad-name", "%s.inputs: a name is needed here", what);
        for (size_t k = 0; k < i && n->kind == NODE_SCALAR; k++)
            if (inputs->values[k]->kind == NODE_SCALAR &&
                strcmp(inputs->values[k]->text, n->text) == 0)
                diag_code(r->d, &n->at, "taken", "%s.inputs: '%s' is there twice", what,
                          n->text);
    }
}

void block_check(struct modelling *m)
{
    struct read *r = m->r;

    for (size_t i = 0; i < m->blocks->n; i++) {
        const struct node *key = m->blocks->keys[i], *block = m->blocks->values[i];
        const char        *what = arena_printf(r->a, "blocks.%s", key->text);
        const struct node *layers;

        check_block_name(r, key);
        if (block->kind != NODE_MAP) {
            grammar_expect(block, NODE_MAP, what, r->d);
            continue;
        }
        grammar_check(block, &(struct section){ what, what, grammar_block.words }, r->d);
        check_inputs(r, tree_find(block, "inputs"), what);
        layers = tree_find(block, "layers");
        if (!layers || layers->kind == NODE_NULL ||
            (layers->kind == NODE_SEQ && !layers->n))
            diag_code(r->d, &key->at, "missing", "%s has no layers", what);
        else
            grammar_expect(layers, NODE_SEQ, arena_printf(r->a, "%s.layers", what), r->d);
    }
}

/* ---- arguments --------------------------------------------------------------------- */

static void bind(struct scope *s, const struct node *key, const struct node *value)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->v[i].name, key->text) == 0) {
            s->v[i].raw = value;
            return;
        }
    s->v[s->n++] =
        (struct binding){ .name = key->text, .raw = value, .at = key->at, .used = true };
}

static const char *words(struct arena *a, const char *const *list)
{
    char *text = arena_strdup(a, *list ? *list : "");

    for (size_t i = 1; *list && list[i]; i++)
        text = arena_printf(a, "%s, %s", text, list[i]);
    return text;
}

static int unknown_argument(struct read *r, const struct node *key, const struct scope *s,
                            const char *block)
{
    const char **names = arena_array(r->a, s->n + 1, sizeof *names);

    for (size_t i = 0; i < s->n; i++)
        names[i] = s->v[i].name;
    const char *near = diag_nearest(key->text, names);
    diag_code(r->d, &key->at, "unknown-key", "block '%s' has no argument '%s'%s%s%s",
              block, key->text, near ? "; '" : "", near ? near : "",
              near ? "' is one" : "");
    if (!near && s->n)
        diag_note(r->d, "arguments  %s", words(r->a, names));
    return -1;
}

/* What the block's own list of arguments says: their defaults, null where there is none.
 */
static void declare(struct read *r, const struct node *args, const char *what,
                    struct scope *s)
{
    s->v = arena_array(r->a, args ? args->n + 1 : 1, sizeof *s->v);
    if (!args || args->kind == NODE_NULL)
        return;
    if (args->kind == NODE_SCALAR) {
        grammar_expect(args, NODE_MAP, arena_printf(r->a, "blocks.%s.args", what), r->d);
        return;
    }
    for (size_t i = 0; i < args->n; i++) {
        const struct node *key = args->kind == NODE_MAP ? args->keys[i] : args->values[i];

        if (key->kind == NODE_SCALAR)
            bind(s, key,
                 args->kind == NODE_MAP ? args->values[i]
                                        : tree_new(r->a, NODE_NULL, key->at));
    }
}

static struct scope *arguments(struct modelling *m, const struct call *c,
                               const struct node *block)
{
    struct read       *r = m->r;
    const char        *name = c->parts->key->text;
    const struct node *value = c->parts->value;
    struct scope      *s = arena_alloc(r->a, sizeof *s);

    s->all = r->vars->all;
    s->outer = r->vars;
    s->home = r->vars;
    declare(r, tree_find(block, "args"), name, s);
    if (value && value->kind == NODE_MAP) {
        for (size_t i = 0; i < value->n; i++) {
            size_t known = s->n;
            bind(s, value->keys[i], value->values[i]);
            if (s->n > known) {
                s->n = known;
                unknown_argument(r, value->keys[i], s, name);
            }
        }
    } else if (value && value->kind != NODE_NULL && s->n) {
        s->v[0].raw = value;
    } else if (value && value->kind != NODE_NULL) {
        diag_code(r->d, &value->at, "no-argument", "block '%s' takes no arguments", name);
    }
    for (size_t i = 0; i < s->n; i++)
        if (s->v[i].raw->kind == NODE_NULL) {
            diag_code(r->d, &c->parts->key->at, "missing",
                      "block '%s' needs a value for '%s'", name, s->v[i].name);
            s->v[i].raw = tree_scalar(r->a, "$?", s->v[i].at); /* silences its users */
            s->v[i].state = 2;
        }
    return s;
}

/* ---- inputs ------------------------------------------------------------------------ */

static size_t input_index(struct read *r, const struct listing *f, const char *name,
                          const struct ref *ref)
{
    const char **names = arena_array(r->a, f->n_inputs + 1, sizeof *names);

    for (size_t i = 0; i < f->n_inputs; i++) {
        if (strcmp(f->inputs[i], name) == 0)
            return i;
        names[i] = f->inputs[i];
    }
    const char *near = diag_nearest(name, names);
    diag_code(r->d, &ref->at, "unknown-port", "block '%s' has no input '%s'%s%s%s",
              f->block, name, near ? "; '" : "", near ? near : "",
              near ? "' is one" : "");
    return f->n_inputs;
}

static void bind_inputs(struct modelling *m, struct listing *f, const struct call *c,
                        const struct ref *refs, const char *const *ports, size_t n)
{
    struct strbuf missing = { 0 };
    size_t        before = m->r->d->errors;

    for (size_t i = 0; i < n; i++) {
        size_t k = ports[i] ? input_index(m->r, f, ports[i], &refs[i]) : i;
        if (k < f->n_inputs)
            f->given[k] = refs[i];
        else if (!ports[i])
            diag_code(m->r->d, &refs[i].at, "inputs",
                      "block '%s' reads %zu stream%s; this is one too many", f->block,
                      f->n_inputs, f->n_inputs == 1 ? "" : "s");
    }
    for (size_t i = 0; i < f->n_inputs; i++)
        if (!f->given[i].name)
            strbuf_printf(&missing, "%s%s", missing.n ? ", " : "", f->inputs[i]);
    if (missing.n && m->r->d->errors == before)
        diag_code(m->r->d, &c->parts->key->at, "inputs",
                  "block '%s' reads %zu streams; nothing is given for %s", f->block,
                  f->n_inputs, strbuf_text(&missing));
    strbuf_close(&missing);
}

/* A block with inputs has nothing above its first item; one without reads what its use
 * reads. */
static void connect(struct modelling *m, struct listing *f, const struct call *c,
                    const struct node *block)
{
    const struct node *inputs = tree_find(block, "inputs");
    struct ref        *refs = NULL;
    const char       **ports = NULL;
    size_t             n;

    if (inputs && inputs->kind == NODE_SEQ && inputs->n) {
        f->inputs = arena_array(m->r->a, inputs->n, sizeof *f->inputs);
        f->given = arena_array(m->r->a, inputs->n, sizeof *f->given);
        for (size_t i = 0; i < inputs->n; i++)
            if (inputs->values[i]->kind == NODE_SCALAR)
                f->inputs[f->n_inputs++] = inputs->values[i]->text;
    }
    if (model_from(m, c, &refs, &ports, &n)) {
        f->prev = c->frame->prev;
        return;
    }
    if (!n) {
        refs = &c->frame->prev;
        ports = arena_alloc(m->r->a, sizeof *ports);
        n = c->frame->prev.name != NULL;
    }
    if (f->n_inputs)
        bind_inputs(m, f, c, refs, ports, n);
    else if (n > 1)
        diag_code(m->r->d, &refs[1].at, "inputs",
                  "block '%s' names no inputs, so it reads one stream; here are %zu",
                  f->block, n);
    else if (n)
        f->prev = refs[0];
}

/* ---- one use ----------------------------------------------------------------------- */

static bool uses_itself(struct read *r, const struct listing *outer,
                        const struct node *key)
{
    for (const struct listing *f = outer; f; f = f->outer)
        if (f->block && strcmp(f->block, key->text) == 0) {
            diag_code(r->d, &key->at, "cycle", "block '%s' is used inside itself",
                      key->text);
            return true;
        }
    return false;
}

/* Outputs of the last item beyond the first, for `as: [a, b]`. */
static void name_outputs(struct modelling *m, const struct call *c,
                         const struct listing *f)
{
    const struct item *last = m->items->n ? &m->items->v[m->items->n - 1] : NULL;

    for (int i = 0; i < c->n_as; i++) {
        struct call one = *c;
        struct ref  to = f->prev;

        one.as = &c->as[i];
        one.n_as = 1;
        if (i && (!last || last->n_outs <= (size_t)i)) {
            diag_code(m->r->d, &c->as[i]->at, "outputs",
                      "block '%s' has %d output%s: as many as its last item names",
                      f->block, i, i == 1 ? "" : "s");
            return;
        }
        if (i)
            to.name = last->outs[i];
        model_alias(m, &one, &to);
    }
}

static void treat(struct modelling *m, const struct call *c, size_t first)
{
    static const char *const single[] = { "init", "share", NULL };
    const struct node       *beside = c->parts->beside;
    bool                     freeze = false;
    double                   lr = 1;

    for (size_t i = 0; single[i]; i++) {
        const struct node *key = tree_find_key(beside, single[i]);
        if (key)
            diag_code(m->r->d, &key->at, "unknown-key",
                      "'%s' goes on an item inside the block, not on its use", key->text);
    }
    value_bool(beside, &grammar_beside_layer, "freeze", &freeze, m->r->d);
    value_real(beside, &grammar_beside_layer, "lr", &lr, m->r->d);
    for (size_t i = first; i < m->items->n; i++) {
        m->items->v[i].freeze |= freeze;
        m->items->v[i].lr *= lr;
    }
}

void block_use(struct modelling *m, const struct call *c, const struct node *block)
{
    struct read       *r = m->r;
    const struct node *key = c->parts->key, *layers = tree_find(block, "layers");
    struct listing    *f = arena_alloc(r->a, sizeof *f);
    size_t             first = m->items->n;
    const char        *name;

    for (size_t i = 0; i < m->blocks->n; i++)
        if (m->blocks->values[i] == block)
            m->used[i] = true;
    if (block->kind != NODE_MAP || !layers || layers->kind != NODE_SEQ ||
        uses_itself(r, c->frame, key))
        return;
    name = c->n_as ? arena_printf(r->a, "%s%s", c->frame->prefix, c->as[0]->text)
                   : names_generate(r->names, c->frame->prefix, key->text);
    *f = (struct listing){ .outer = c->frame,
                           .block = key->text,
                           .prefix = arena_printf(r->a, "%s/", name) };
    f->scope = arguments(m, c, block);
    connect(m, f, c, block);
    model_list(m, f, layers);
    treat(m, c, first);
    if (!f->prev.name)
        return; /* nothing in it could be read */
    c->frame->prev = f->prev;
    if (c->n_as)
        name_outputs(m, c, f);
    else {
        struct ref  *to = arena_alloc(r->a, sizeof *to);
        struct name *n = names_add(r->names, name, NULL, NAME_ALIAS, &key->at, r->d);
        *to = f->prev;
        if (n)
            n->to = to;
    }
}
