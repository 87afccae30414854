/* SPDX-License-Identifier: MIT */
/*
 * Variables are replaced while the tree is read, item by item, because each use of a
 * block has arguments of its own. A value is looked at when it is first used: variables
 * may refer to each other in any order, and facts of the data are asked for when the data
 * are known.
 */
#include <config.h>
#include "pipeline/vars.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/expr.h"
#include "pipeline/facts.h"
#include "pipeline/stage.h"

enum { MOST_NODES = 500000 };

static bool is_variable(const struct node *n)
{
    return n->kind == NODE_SCALAR && !n->quoted && n->text[0] == '$';
}

bool vars_left(const struct node *n)
{
    if (!n)
        return false;
    if (is_variable(n))
        return true;
    for (size_t i = 0; (n->kind == NODE_SEQ || n->kind == NODE_MAP) && i < n->n; i++)
        if (vars_left(n->values[i]))
            return true;
    return false;
}

static const char *const *candidates(struct read *r, const struct scope *s)
{
    size_t n = 0;

    for (const struct scope *o = s; o; o = o->outer)
        n += o->n;
    const char **list = arena_array(r->a, n + 1, sizeof *list);
    n = 0;
    for (const struct scope *o = s; o; o = o->outer)
        for (size_t i = 0; i < o->n; i++)
            list[n++] = o->v[i].name;
    return list;
}

static int unknown(struct read *r, const struct scope *s, const char *name,
                   const struct at *at)
{
    const char *const *list = candidates(r, s);
    const char        *near = diag_nearest(name, list);

    if (near)
        return diag_code(r->d, at, "unknown-variable",
                         "no variable is called '%s'; '%s' is", name, near);
    diag_code(r->d, at, "unknown-variable", "no variable is called '%s'", name);
    if (!*list)
        diag_note(r->d, "vars: {%s: VALUE} at the top of the file makes it one", name);
    return -1;
}

static struct binding *find(const struct scope *s, const char *name,
                            const struct scope **where)
{
    for (; s; s = s->outer)
        for (size_t i = 0; i < s->n; i++)
            if (strcmp(s->v[i].name, name) == 0) {
                *where = s;
                return &s->v[i];
            }
    return NULL;
}

static int needs_itself(struct read *r, const struct binding *b, const struct at *at)
{
    return diag_code(r->d, at, "cycle", "variable '%s' needs its own value", b->name);
}

/* The value of a variable; NULL after a message. */
static struct node *value_of(struct read *r, const struct scope *s, struct binding *b,
                             const struct at *at)
{
    b->used = true;
    if (b->state == 1) {
        needs_itself(r, b, at);
        b->value = NULL;
        return NULL;
    }
    if (b->state == 0) {
        b->state = 1;
        b->value = vars_replace(r, s->home, b->raw);
        b->state = 2;
        if (vars_left(b->value))
            b->value = NULL; /* whoever uses it stays silent */
    }
    return b->value;
}

static struct node *from_environment(struct read *r, const char *name,
                                     const struct at *at)
{
    const char *text = getenv(name);

    if (!text) {
        diag_code(r->d, at, "unknown-variable", "the environment has no variable '%s'",
                  name);
        return NULL;
    }
    struct node *n = tree_scalar(r->a, arena_strdup(r->a, text), *at);
    n->quoted = text[0] == '$'; /* never a variable in turn */
    return n;
}

static struct node *lookup(struct read *r, const struct scope *s, const char *name,
                           const struct at *at)
{
    const struct scope *where;

    if (strncmp(name, "env.", 4) == 0)
        return from_environment(r, name + 4, at);
    if (strncmp(name, "data.", 5) == 0)
        return facts_node(r, name + 5, at);
    struct binding *b = find(s, name, &where);
    if (!b) {
        unknown(r, s, name, at);
        return NULL;
    }
    return value_of(r, where, b, at);
}

/* ---- expressions ------------------------------------------------------------------- */

struct asking { /* what the lookup of an expression knows */
    struct read        *r;
    const struct scope *s;
    const struct at    *at;
    bool                failed; /* and a message was given */
};

static int answer(struct asking *q, const struct node *v, const char *name,
                  struct expr_value *out)
{
    bool yes;

    *out = (struct expr_value){ 0 };
    if (v->kind != NODE_SCALAR) {
        q->failed = true;
        return diag_code(q->r->d, q->at, "wrong-type",
                         "'%s' is %s; an expression needs a single value", name,
                         v->kind == NODE_SEQ ? "a list" : "no single value");
    }
    if (tree_int(v, &out->i, NULL) == 0) {
        out->is_int = true;
        out->r = (double)out->i;
    } else if (tree_bool(v, &yes, NULL) == 0) {
        out->is_int = true;
        out->i = yes;
        out->r = yes;
    } else if (tree_real(v, &out->r, NULL)) {
        out->is_text = true;
        out->text = v->text;
    }
    return 0;
}

static int ask(void *arg, const char *name, struct expr_value *out)
{
    struct asking *q = arg;
    size_t         before = q->r->d->errors;
    struct node   *v = lookup(q->r, q->s, name, q->at);

    if (v)
        return answer(q, v, name, out);
    q->failed = q->failed || q->r->d->errors > before || true;
    return -1;
}

/* -1 after a message. text stands at `at`. */
static int evaluate(struct read *r, const struct scope *s, const char *text,
                    const struct at *at, struct expr_value *out)
{
    const struct expr *e = expr_parse(r->a, text, at, r->d);
    struct asking      q = { r, s, at, false };
    struct expr_value  scrap;

    if (!e)
        return -1;
    for (const char *const *n = expr_names(e); *n; n++)
        ask(&q, *n, &scrap); /* all unknown names at once, in our words */
    return q.failed ? -1 : expr_eval(e, ask, &q, candidates(r, s), out, r->d);
}

static struct node *number_node(struct read *r, const struct expr_value *v, struct at at)
{
    struct strbuf text = { 0 };

    if (v->is_text)
        return tree_scalar(r->a, v->text, at);
    if (v->is_int)
        strbuf_printf(&text, "%" PRId64, v->i);
    else
        strbuf_number(&text, v->r);
    struct node *n = tree_scalar(r->a, arena_strdup(r->a, strbuf_text(&text)), at);
    strbuf_close(&text);
    return n;
}

static struct node *expression(struct read *r, const struct scope *s,
                               const struct node *n)
{
    size_t            length = strlen(n->text);
    struct at         at = n->at;
    struct expr_value v;

    if (n->text[length - 1] != ')') {
        diag_code(r->d, &n->at, "expression", "'%s' lacks its closing ')'", n->text);
        diag_note(r->d, "inside { } and [ ] a comma ends an expression");
        return NULL;
    }
    at.column += 2;
    at.length = (unsigned)(length - 3);
    if (evaluate(r, s, arena_strndup(r->a, n->text + 2, length - 3), &at, &v))
        return NULL;
    return number_node(r, &v, n->at);
}

int vars_test(struct read *r, const struct scope *s, const struct node *n)
{
    struct expr_value v;
    bool              yes;

    if (vars_left(n))
        return -1;
    if (tree_bool(n, &yes, NULL) == 0)
        return yes;
    struct at at = n->at;
    at.column += n->quoted;
    if (evaluate(r, s, n->text, &at, &v))
        return -1;
    if (v.is_text)
        return diag_code(
            r->d, &n->at, "wrong-type",
            "when: '%s' is neither train, eval nor a condition like depth > 2", n->text);
    return v.is_int ? v.i != 0 : v.r < 0 || v.r > 0;
}

/* ---- replacing --------------------------------------------------------------------- */

/* name, or name.name...; nothing else. */
static bool is_name(const char *text)
{
    for (;;) {
        if (!(*text >= 'a' && *text <= 'z') && !(*text >= 'A' && *text <= 'Z') &&
            *text != '_')
            return false;
        while ((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
               (*text >= '0' && *text <= '9') || *text == '_')
            text++;
        if (*text != '.')
            return !*text;
        text++;
    }
}

static struct node *replacement(struct read *r, const struct scope *s,
                                const struct node *n)
{
    if (n->text[1] == '(')
        return expression(r, s, n);
    if (!is_name(n->text + 1)) {
        diag_code(
            r->d, &n->at, "expression",
            "'%s' is neither $name nor $(expression); text that starts with $ goes in "
            "quotes",
            n->text);
        return NULL;
    }
    struct node *v = lookup(r, s, n->text + 1, &n->at);
    if (v && v->kind == NODE_SCALAR) {
        v = tree_copy(r->a, v);
        v->at = n->at; /* a wrong value is reported where it is used */
    }
    return v;
}

static void warn_quoted(struct read *r, const struct scope *s, const struct node *n)
{
    const struct scope *where;

    if (n->quoted && n->text[0] == '$' && find(s, n->text + 1, &where))
        diag_warn(r->d, &n->at,
                  "'%s' in quotes is text; without quotes it is the variable", n->text);
}

static struct node *replace_scalar(struct read *r, const struct scope *s,
                                   const struct node *n)
{
    struct node *v = is_variable(n) ? replacement(r, s, n) : NULL;

    if (!is_variable(n))
        warn_quoted(r, s, n);
    return v ? v : tree_copy(r->a, n);
}

static struct node *replace(struct read *r, const struct scope *s, const struct node *n)
{
    if (r->n_replaced > MOST_NODES || n->kind == NODE_NULL)
        return tree_copy(r->a, n);
    r->n_replaced++;
    if (n->kind == NODE_SCALAR) {
        struct node *v = replace_scalar(r, s, n);

        if (v->kind == NODE_SEQ || v->kind == NODE_MAP)
            return replace(r, s, v); /* counts what the variable brings in */
        return v;
    }
    struct node *copy = tree_new(r->a, n->kind, n->at);
    for (size_t i = 0; i < n->n; i++) {
        struct node *v = replace(r, s, n->values[i]);

        if (n->kind == NODE_SEQ)
            tree_add(r->a, copy, v);
        else
            tree_set(r->a, copy, n->keys[i]->text, n->keys[i]->at, v);
    }
    return copy;
}

struct node *vars_replace(struct read *r, const struct scope *s, const struct node *n)
{
    bool before = r->n_replaced > MOST_NODES;

    if (!n)
        return NULL;
    struct node *v = replace(r, s, n);
    if (r->n_replaced > MOST_NODES && !before)
        diag_code(r->d, &n->at, "too-large",
                  "with its variables replaced the file has more than %d values",
                  MOST_NODES);
    return v;
}

/* ---- the section ------------------------------------------------------------------- */

bool vars_is_word(const char *text)
{
    return is_name(text) && !strchr(text, '.');
}

bool vars_has(const struct scope *s, const char *name)
{
    const struct scope *where;

    return find(s, name, &where) != NULL;
}

static bool good_name(struct read *r, const struct node *key)
{
    if (strcmp(key->text, "data") == 0 || strcmp(key->text, "env") == 0)
        return diag_code(
                   r->d, &key->at, "bad-name",
                   "a variable cannot be called '%s': $%s.NAME has a meaning of its own",
                   key->text, key->text) == 0;
    if (!vars_is_word(key->text))
        return diag_code(r->d, &key->at, "bad-name",
                         "'%s' is no name for a variable; letters, digits and _ make one",
                         key->text) == 0;
    return true;
}

void vars_open(struct read *r, const struct node *vars)
{
    struct scope *s = arena_alloc(r->a, sizeof *s);

    r->vars = s;
    s->home = s;
    if (!vars || vars->kind == NODE_NULL || grammar_expect(vars, NODE_MAP, "vars", r->d))
        return;
    s->v = arena_array(r->a, vars->n, sizeof *s->v);
    for (size_t i = 0; i < vars->n; i++)
        if (good_name(r, vars->keys[i]))
            s->v[s->n++] = (struct binding){ .name = vars->keys[i]->text,
                                             .raw = vars->values[i],
                                             .at = vars->keys[i]->at };
}

void vars_close(struct read *r)
{
    const struct scope *s = r->vars;
    struct spec        *spec = r->spec;

    spec->vars = arena_array(r->a, s->n + 1, sizeof *spec->vars);
    for (size_t i = 0; i < s->n; i++) {
        struct binding *b = &s->v[i];

        if (!b->used && !r->d->errors && !stage_mentions(r, b->name))
            diag_warn(r->d, &b->at, "variable '%s' is never used", b->name);
        if (b->state == 2 && b->value)
            spec->vars[spec->n_vars++] = (struct var_spec){ b->name, b->value };
    }
}
