/* SPDX-License-Identifier: MIT */
/*
 * Variables are replaced while the tree is read, item by item, because each use of a
 * block has arguments of its own. A value is looked at when it is first used: variables
 * may refer to each other in any order, and facts of the data are asked for when the data
 * are known.
 *
 *   vars: {a: $b, b: 3}                 binding a    state 0, not looked at
 *   model: [{dense: $a}]                  lookup a   state 1, on the way: its raw value
 * is $b, so b is looked up meanwhile lookup b   state 2, 3 a has state 2 and the value 3
 *
 * Who meets state 1 has come round a circle. A scope is the file's variables, or the
 * arguments of one use of a block with the scope around it behind them. The raw value of
 * an argument is replaced in its `home`, the scope where the block is used: in
 * `{pair: {n: $n}}` the n on the right is that of outside.
 *
 * A variable without a value has had its message. Its $name then stays in the tree, and
 * every reader asks vars_left before it complains of a wrong type: one mistake has one
 * message, however often the variable is used.
 */
#include <config.h>
#include "language/vars.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "language/expr.h"
#include "language/grammar.h"

/* Ten variables that each hold the one before ten times would be ten thousand million
 * values: such a file ends with a message, not with the memory of the machine. */
enum { MOST_NODES = 500000 };

/* In quotes a dollar is a dollar. */
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

/* All names that could have been meant, the nearest scope first. */
static const char *const *candidates(const struct scope *s)
{
    size_t n = 0;

    for (const struct scope *o = s; o; o = o->outer)
        n += o->n;
    const char **list = arena_array(s->all->arena, n + 1, sizeof *list);
    n = 0;
    for (const struct scope *o = s; o; o = o->outer)
        for (size_t i = 0; i < o->n; i++)
            list[n++] = o->v[i].name;
    return list;
}

static int unknown_variable(const struct scope *s, const char *name, const struct at *at,
                            struct diag *d)
{
    const char *const *list = candidates(s);
    const char        *near = diag_nearest(name, list);

    if (near)
        return diag_code(d, at, "unknown-variable", "no variable is called '%s'; '%s' is",
                         name, near);
    diag_code(d, at, "unknown-variable", "no variable is called '%s'", name);
    if (!*list)
        diag_note(d, "vars: {%s: VALUE} at the top of the file makes it one", name);
    return -1;
}

static struct binding *find_binding(const struct scope *s, const char *name,
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

static int needs_itself(const struct binding *b, const struct at *at, struct diag *d)
{
    return diag_code(d, at, "cycle", "variable '%s' needs its own value", b->name);
}

/* The value of a variable; NULL after a message. */
static struct node *value_of(const struct scope *s, struct binding *b,
                             const struct at *at, struct diag *d)
{
    b->used = true;
    if (b->state == 1) {
        needs_itself(b, at, d);
        b->value = NULL;
        return NULL;
    }
    if (b->state == 0) {
        b->state = 1;
        b->value = vars_replace(s->home, b->raw, d);
        b->state = 2;
        if (vars_left(b->value))
            b->value = NULL; /* whoever uses it stays silent */
    }
    return b->value;
}

/* The library reads no environment: its owner says what is in it, or that nothing is. */
static struct node *from_environment(const struct vars *all, const char *name,
                                     const struct at *at, struct diag *d)
{
    const char *text = all->env ? all->env(name) : NULL;

    if (!text) {
        diag_code(d, at, "unknown-variable", "the environment has no variable '%s'",
                  name);
        return NULL;
    }
    struct node *n = tree_scalar(all->arena, arena_strdup(all->arena, text), *at);
    n->quoted = text[0] == '$'; /* never a variable in turn */
    return n;
}

/* env and data are no variables, and good_name keeps anybody from hiding them. */
static struct node *lookup(const struct scope *s, const char *name, const struct at *at,
                           struct diag *d)
{
    const struct scope *where;

    if (strncmp(name, "env.", 4) == 0)
        return from_environment(s->all, name + 4, at, d);
    if (strncmp(name, "data.", 5) == 0)
        return s->all->fact(s->all->arg, name + 5, at, d);
    struct binding *b = find_binding(s, name, &where);
    if (!b) {
        unknown_variable(s, name, at, d);
        return NULL;
    }
    return value_of(where, b, at, d);
}

/* ---- expressions ------------------------------------------------------------------- */

struct asking { /* what the lookup of an expression knows */
    const struct scope *s;
    const struct at    *at;
    struct diag        *d;
    bool                failed; /* and a message was given */
};

/* What a value is in an expression. The tree knows no types, so the same rules as for a
 * parameter say whether 1e-3 is a number and yes a truth. */
static int answer(struct asking *q, const struct node *v, const char *name,
                  struct expr_value *out)
{
    bool yes;

    *out = (struct expr_value){ 0 };
    if (v->kind != NODE_SCALAR) {
        q->failed = true;
        return diag_code(q->d, q->at, "wrong-type",
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
    struct node   *v = lookup(q->s, name, q->at, q->d);

    if (v)
        return answer(q, v, name, out);
    q->failed = true;
    return -1;
}

/* -1 after a message. text stands at `at`. */
static int evaluate(const struct scope *s, const char *text, const struct at *at,
                    struct expr_value *out, struct diag *d)
{
    const struct expr *e = expr_parse(s->all->arena, text, at, d);
    struct asking      q = { s, at, d, false };
    struct expr_value  scrap;

    if (!e)
        return -1;
    for (const char *const *n = expr_names(e); *n; n++)
        ask(&q, *n, &scrap); /* all unknown names at once, in our words */
    return q.failed ? -1 : expr_eval(e, ask, &q, candidates(s), out, d);
}

/* An expression leaves what somebody could have written: the tree stays text. */
static struct node *result_node(struct arena *a, const struct expr_value *v, struct at at)
{
    if (v->is_text)
        return tree_scalar(a, v->text, at);
    if (v->is_int)
        return tree_scalar(a, arena_printf(a, "%" PRId64, v->i), at);
    return tree_number(a, v->r, at);
}

static struct node *expression(const struct scope *s, const struct node *n,
                               struct diag *d)
{
    size_t            length = strlen(n->text);
    struct at         at = n->at;
    struct expr_value v;

    if (n->text[length - 1] != ')') {
        diag_code(d, &n->at, "expression", "'%s' lacks its closing ')'", n->text);
        diag_note(d, "inside { } and [ ] a comma ends an expression");
        return NULL;
    }
    at.column += 2; /* behind $(, so that the caret is under the word that is wrong */
    at.length = (unsigned)(length - 3);
    if (evaluate(s, arena_strndup(s->all->arena, n->text + 2, length - 3), &at, &v, d))
        return NULL;
    return result_node(s->all->arena, &v, n->at);
}

int vars_test(const struct scope *s, const struct node *n, struct diag *d)
{
    struct expr_value v;
    bool              yes;

    if (vars_left(n))
        return -1;
    if (tree_bool(n, &yes, NULL) == 0)
        return yes;
    struct at at = n->at;
    at.column += n->quoted;
    if (evaluate(s, n->text, &at, &v, d))
        return -1;
    if (v.is_text)
        return diag_code(
            d, &n->at, "wrong-type",
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

static struct node *replacement(const struct scope *s, const struct node *n,
                                struct diag *d)
{
    if (n->text[1] == '(')
        return expression(s, n, d);
    if (!is_name(n->text + 1)) {
        diag_code(
            d, &n->at, "expression",
            "'%s' is neither $name nor $(expression); text that starts with $ goes in "
            "quotes",
            n->text);
        return NULL;
    }
    struct node *v = lookup(s, n->text + 1, &n->at, d);
    if (v && v->kind == NODE_SCALAR) {
        v = tree_copy(s->all->arena, v);
        v->at = n->at; /* a wrong value is reported where it is used */
    }
    return v;
}

/* A user of shells expects "$name" to be replaced, and would train with the text. */
static void warn_quoted(const struct scope *s, const struct node *n, struct diag *d)
{
    const struct scope *where;

    if (n->quoted && n->text[0] == '$' && find_binding(s, n->text + 1, &where))
        diag_warn(d, &n->at, "'%s' in quotes is text; without quotes it is the variable",
                  n->text);
}

static struct node *replace_scalar(const struct scope *s, const struct node *n,
                                   struct diag *d)
{
    struct node *v = is_variable(n) ? replacement(s, n, d) : NULL;

    if (!is_variable(n))
        warn_quoted(s, n, d);
    return v ? v : tree_copy(s->all->arena, n);
}

/* A copy: the tree is read once more for each use of a block, with other arguments. Where
 * a variable holds a list or a map the walk goes on in there, which may hold variables.
 */
static struct node *replace(const struct scope *s, const struct node *n, struct diag *d)
{
    struct vars *all = s->all;

    if (all->n_replaced > MOST_NODES || n->kind == NODE_NULL)
        return tree_copy(all->arena, n);
    all->n_replaced++;
    if (n->kind == NODE_SCALAR) {
        struct node *v = replace_scalar(s, n, d);

        if (v->kind == NODE_SEQ || v->kind == NODE_MAP)
            return replace(s, v, d); /* counts what the variable brings in */
        return v;
    }
    struct node *copy = tree_new(all->arena, n->kind, n->at);
    for (size_t i = 0; i < n->n; i++) {
        struct node *v = replace(s, n->values[i], d);

        if (n->kind == NODE_SEQ)
            tree_add(all->arena, copy, v);
        else
            tree_set(all->arena, copy, n->keys[i]->text, n->keys[i]->at, v);
    }
    return copy;
}

struct node *vars_replace(const struct scope *s, const struct node *n, struct diag *d)
{
    bool before = s->all->n_replaced > MOST_NODES;

    if (!n)
        return NULL;
    struct node *v = replace(s, n, d);
    if (s->all->n_replaced > MOST_NODES && !before)
        diag_code(d, &n->at, "too-large",
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

    return find_binding(s, name, &where) != NULL;
}

static bool good_name(const struct node *key, struct diag *d)
{
    if (strcmp(key->text, "data") == 0 || strcmp(key->text, "env") == 0)
        return diag_code(
                   d, &key->at, "bad-name",
                   "a variable cannot be called '%s': $%s.NAME has a meaning of its own",
                   key->text, key->text) == 0;
    if (!vars_is_word(key->text))
        return diag_code(d, &key->at, "bad-name",
                         "'%s' is no name for a variable; letters, digits and _ make one",
                         key->text) == 0;
    return true;
}

struct scope *vars_open(struct arena *a, const struct node *vars, vars_fact *fact,
                        void *arg, vars_env *env, struct diag *d)
{
    struct vars  *all = arena_alloc(a, sizeof *all);
    struct scope *s = &all->file;

    *all = (struct vars){ .arena = a, .fact = fact, .arg = arg, .env = env };
    s->all = all;
    s->home = s;
    if (!vars || vars->kind == NODE_NULL || grammar_expect(vars, NODE_MAP, "vars", d))
        return s;
    s->v = arena_array(a, vars->n, sizeof *s->v);
    for (size_t i = 0; i < vars->n; i++)
        if (good_name(vars->keys[i], d))
            s->v[s->n++] = (struct binding){ .name = vars->keys[i]->text,
                                             .raw = vars->values[i],
                                             .at = vars->keys[i]->at };
    return s;
}
