/* SPDX-License-Identifier: MIT */
/*
 * Precedence climbing over one small tree:
 *   or < and < not < comparison < + - < * / // % < unary - < number, name, 'text', ( )
 * A comparison or a logical operator gives the integer 1 or 0. Texts stand in quotes.
 */
#include <config.h>
#include "language/expr.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum { DEPTH_MAX = 64, TERMS_MAX = 1000 }; /* what eval may recurse */

enum op {
    OP_VALUE,
    OP_NAME,
    OP_NEGATE,
    OP_NOT,
    OP_OR,
    OP_AND,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_EQ,
    OP_NE,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_FLOOR,
    OP_MOD
};

struct term {
    enum op            op;
    struct expr_value  value;  /* OP_VALUE */
    const char        *name;   /* OP_NAME */
    size_t             offset; /* where it stands in the text */
    const struct term *a, *b;
};

struct expr {
    const char        *text;
    struct at          at;
    const struct term *root;
    const char       **names;
    size_t             n_names;
};

enum { COMPARISON = 4 }; /* its level below */

/* Longest first, so that // is not read as / and /. */
static const struct {
    const char *text;
    enum op     op;
    int         level;
} operators[] = {
    { "or", OP_OR, 1 },    { "and", OP_AND, 2 }, { "<=", OP_LE, 4 }, { ">=", OP_GE, 4 },
    { "==", OP_EQ, 4 },    { "!=", OP_NE, 4 },   { "<", OP_LT, 4 },  { ">", OP_GT, 4 },
    { "//", OP_FLOOR, 6 }, { "+", OP_ADD, 5 },   { "-", OP_SUB, 5 }, { "*", OP_MUL, 6 },
    { "/", OP_DIV, 6 },    { "%", OP_MOD, 6 },
};

struct parser {
    struct arena *arena;
    struct expr  *expr;
    const char   *p;
    struct diag  *d;
    int           depth, terms;
};

/* ---- reading ---------------------------------------------------------------------- */

/* Characters of the line that a place stands in; the column itself where it is unknown.
 */
static unsigned line_length(const struct at *at)
{
    const struct source *s = at->source;
    unsigned             n = 0;

    if (!s || !s->lines || !at->line || at->line > s->n_lines)
        return at->column;
    for (const char *p = s->text + s->lines[at->line - 1]; *p && *p != '\n'; p++)
        n += ((unsigned char)*p & 0xc0) != 0x80;
    return n;
}

/* A text that is folded over several lines is told by its start. */
static struct at place_in_text(const struct expr *e, size_t offset)
{
    struct at at = e->at;

    at.column += (unsigned)offset;
    at.length = 1;
    return at.column > line_length(&at) + 1 ? e->at : at;
}

static const struct term *refuse_text(struct parser *p, const char *what)
{
    struct at at = place_in_text(p->expr, (size_t)(p->p - p->expr->text));

    if (*p->p)
        diag_code(p->d, at.source ? &at : NULL, "expression", "'%s': %s before '%s'",
                  p->expr->text, what, p->p);
    else
        diag_code(p->d, at.source ? &at : NULL, "expression", "'%s': %s at the end",
                  p->expr->text, what);
    return NULL;
}

static void blanks(struct parser *p)
{
    while (*p->p == ' ' || *p->p == '\t')
        p->p++;
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static const struct term *make(struct parser *p, enum op op, const struct term *a,
                               const struct term *b, size_t offset)
{
    struct term *t = arena_alloc(p->arena, sizeof *t);

    *t = (struct term){ .op = op, .a = a, .b = b, .offset = offset };
    return t;
}

/* Digits, as YAML has them: 12, 0.5, .5, 1e-3. */
static size_t number_length(const char *p, bool *whole)
{
    static const char digits[] = "0123456789";
    size_t            n = strspn(p, digits);

    *whole = p[n] != '.';
    if (p[n] == '.')
        n += 1 + strspn(p + n + 1, digits);
    if (p[n] == 'e' || p[n] == 'E') {
        size_t sign = p[n + 1] == '-' || p[n + 1] == '+';
        *whole = false;
        n += 1 + sign + strspn(p + n + 1 + sign, digits);
    }
    return n;
}

static const struct term *read_number(struct parser *p)
{
    struct term *t = arena_alloc(p->arena, sizeof *t);
    bool         whole;
    size_t       n = number_length(p->p, &whole);
    char        *end;

    *t = (struct term){ .op = OP_VALUE, .offset = (size_t)(p->p - p->expr->text) };
    t->value.r = number_read(p->p, &end);
    if (end != p->p + n || in_name(*end) || !isfinite(t->value.r))
        return refuse_text(p, "a number is wrong");
    errno = 0;
    t->value.i = whole ? strtoll(p->p, NULL, 10) : 0;
    if (errno)
        return refuse_text(p, "a number is too large");
    t->value.is_int = whole;
    p->p = end;
    return t;
}

static const struct term *text(struct parser *p)
{
    struct term *t = arena_alloc(p->arena, sizeof *t);
    const char  *end = strchr(p->p + 1, *p->p);

    if (!end)
        return refuse_text(p, "a quote is not closed");
    *t = (struct term){ .op = OP_VALUE, .offset = (size_t)(p->p - p->expr->text) };
    t->value.is_text = true;
    t->value.text = arena_strndup(p->arena, p->p + 1, (size_t)(end - p->p - 1));
    p->p = end + 1;
    return t;
}

static void remember(struct parser *p, const char *name)
{
    struct expr *e = p->expr;

    for (size_t i = 0; i < e->n_names; i++)
        if (strcmp(e->names[i], name) == 0)
            return;
    const char **more =
        arena_grow(p->arena, e->names, e->n_names, e->n_names + 2, sizeof *more);
    more[e->n_names++] = name;
    e->names = more;
}

static const struct term *name(struct parser *p)
{
    struct term *t = arena_alloc(p->arena, sizeof *t);
    const char  *from = p->p;

    while (in_name(*p->p))
        p->p++;
    *t = (struct term){ .op = OP_NAME, .offset = (size_t)(from - p->expr->text) };
    t->name = arena_strndup(p->arena, from, (size_t)(p->p - from));
    remember(p, t->name);
    return t;
}

static const struct term *binary(struct parser *p, int level);

static bool take_word(struct parser *p, const char *w)
{
    size_t n = strlen(w);

    blanks(p);
    if (strncmp(p->p, w, n) != 0 || (isalpha((unsigned char)*w) && in_name(p->p[n])))
        return false;
    p->p += n;
    return true;
}

static const struct term *primary(struct parser *p)
{
    blanks(p);
    if (*p->p == '(') {
        p->p++;
        const struct term *t = binary(p, 1);
        if (t && !take_word(p, ")"))
            return refuse_text(p, "a ')' is missing");
        return t;
    }
    if (isdigit((unsigned char)*p->p) ||
        (*p->p == '.' && isdigit((unsigned char)p->p[1])))
        return read_number(p);
    if (isalpha((unsigned char)*p->p) || *p->p == '_')
        return name(p);
    if (*p->p == '\'' || *p->p == '"')
        return text(p);
    return refuse_text(p, "a number or a name is missing");
}

static const struct term *unary(struct parser *p)
{
    size_t             at;
    const struct term *t = NULL;

    if (++p->depth > DEPTH_MAX)
        return refuse_text(p, "too deeply nested");
    if (++p->terms > TERMS_MAX)
        return refuse_text(p, "too many terms");
    blanks(p);
    at = (size_t)(p->p - p->expr->text);
    if (take_word(p, "-")) {
        t = unary(p);
        t = t ? make(p, OP_NEGATE, t, NULL, at) : NULL;
    } else if (take_word(p, "not")) {
        t = binary(p, 4);
        t = t ? make(p, OP_NOT, t, NULL, at) : NULL;
    } else {
        t = primary(p);
    }
    p->depth--;
    return t;
}

static int find_operator(struct parser *p, int level)
{
    blanks(p);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        const char *from = p->p;
        if (!take_word(p, operators[i].text))
            continue;
        if (operators[i].level >= level)
            return (int)i;
        p->p = from;
        return -1;
    }
    return -1;
}

static const struct term *binary(struct parser *p, int level)
{
    const struct term *a = unary(p);
    int                k;
    bool               compared = false;

    while (a && (k = find_operator(p, level)) >= 0) {
        size_t at = (size_t)(p->p - p->expr->text) - strlen(operators[k].text);
        if (compared && operators[k].level == COMPARISON)
            return refuse_text(p, "comparisons do not chain, write `a < b and b < c`;");
        const struct term *b = binary(p, operators[k].level + 1);
        a = b ? make(p, operators[k].op, a, b, at) : NULL;
        compared = operators[k].level == COMPARISON;
    }
    return a;
}

const struct expr *expr_parse(struct arena *a, const char *text, const struct at *at,
                              struct diag *d)
{
    struct expr  *e = arena_alloc(a, sizeof *e);
    struct parser p = { .arena = a, .expr = e, .d = d };

    e->text = arena_strdup(a, text);
    e->names = arena_array(a, 1, sizeof *e->names);
    if (at)
        e->at = *at;
    p.p = e->text;
    e->root = binary(&p, 1);
    blanks(&p);
    if (e->root && *p.p) {
        refuse_text(&p, "an operator is missing");
        return NULL;
    }
    return e->root ? e : NULL;
}

/* ---- computing -------------------------------------------------------------------- */

struct calculation {
    const struct expr *e;
    expr_lookup       *lookup;
    void              *arg;
    const char *const *names;
    struct diag       *d;
};

static int refuse_value(const struct calculation *r, const struct term *t,
                        const char *what)
{
    struct at at = place_in_text(r->e, t->offset);

    if (r->d)
        diag_code(r->d, at.source ? &at : NULL, "expression", "'%s': %s", r->e->text,
                  what);
    return -1;
}

static int look_up(const struct calculation *r, const struct term *t,
                   struct expr_value *out)
{
    const char *near;

    if (r->lookup && r->lookup(r->arg, t->name, out) == 0) {
        if (out->is_int)
            out->r = (double)out->i;
        return 0;
    }
    if (!r->d)
        return -1;
    near = r->names ? diag_nearest(t->name, r->names) : NULL;
    return refuse_value(
        r, t,
        near ? arena_printf(r->d->arena, "nothing is called '%s'; '%s' is", t->name, near)
             : arena_printf(r->d->arena, "nothing is called '%s'", t->name));
}

static void set_int(struct expr_value *v, int64_t i)
{
    *v = (struct expr_value){ .is_int = true, .i = i, .r = (double)i };
}

static void set_real(struct expr_value *v, double r)
{
    *v = (struct expr_value){ .r = r };
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

/* 1: done with integers; 0: not both are; -1: does not fit. */
static int on_integers(enum op op, const struct expr_value *a, const struct expr_value *b,
                       struct expr_value *out)
{
    int64_t i = 0;
    bool    over = false;

    if (!a->is_int || !b->is_int)
        return 0;
    bool edge = a->i == INT64_MIN && b->i == -1; /* where C's / and % overflow */
    over = edge && (op == OP_DIV || op == OP_FLOOR);
    if (op == OP_DIV && !edge && a->i % b->i)
        return 0;
    switch (op) {
    case OP_ADD: over = __builtin_add_overflow(a->i, b->i, &i); break;
    case OP_SUB: over = __builtin_sub_overflow(a->i, b->i, &i); break;
    case OP_MUL: over = __builtin_mul_overflow(a->i, b->i, &i); break;
    case OP_MOD:
        i = edge ? 0 : a->i % b->i;
        i += i && (i < 0) != (b->i < 0) ? b->i : 0;
        break;
    default: i = edge ? 0 : floor_div(a->i, b->i);
    }
    set_int(out, i);
    return over ? -1 : 1;
}

/* With the sign of b, as // rounds down. */
static double modulo(double a, double b)
{
    double m = fmod(a, b);

    return m != 0 && (m < 0) != (b < 0) ? m + b : m;
}

static double on_reals(enum op op, double a, double b)
{
    switch (op) {
    case OP_ADD: return a + b;
    case OP_SUB: return a - b;
    case OP_MUL: return a * b;
    case OP_DIV: return a / b;
    case OP_FLOOR: return floor(a / b);
    default: return modulo(a, b);
    }
}

static int arithmetic(const struct calculation *r, const struct term *t,
                      const struct expr_value *a, const struct expr_value *b,
                      struct expr_value *out)
{
    if (t->op >= OP_DIV && b->r == 0)
        return refuse_value(r, t, "divides by zero");
    int rc = on_integers(t->op, a, b, out);
    if (rc < 0)
        return refuse_value(r, t, "the result does not fit a 64-bit integer");
    if (rc)
        return 0;
    set_real(out, on_reals(t->op, a->r, b->r));
    if (isinf(out->r) && isfinite(a->r) && isfinite(b->r))
        return refuse_value(r, t, "the result is too large");
    return 0;
}

static bool holds_between(enum op op, double a, double b)
{
    switch (op) {
    case OP_LT: return a < b;
    case OP_LE: return a <= b;
    case OP_GT: return a > b;
    case OP_GE: return a >= b;
    case OP_EQ: return a == b;
    default: return a != b;
    }
}

/* Texts can be compared with each other and nothing else. */
static int on_texts(const struct calculation *r, const struct term *t,
                    const struct expr_value *a, const struct expr_value *b,
                    struct expr_value *out)
{
    if (!a->is_text || !b->is_text || (t->op != OP_EQ && t->op != OP_NE))
        return refuse_value(r, t, "text can only be compared, with == or !=, with text");
    set_int(out, (strcmp(a->text, b->text) == 0) == (t->op == OP_EQ));
    return 0;
}

static int eval(const struct calculation *r, const struct term *t,
                struct expr_value *out);

/* The right side counts only where the left one does not decide, so that
 * `n > 0 and x / n > 1` is safe. */
static int logical(const struct calculation *r, const struct term *t,
                   struct expr_value *out)
{
    struct expr_value v;

    for (const struct term *side = t->a; side; side = side == t->a ? t->b : NULL) {
        if (eval(r, side, &v))
            return -1;
        if (v.is_text)
            return refuse_value(r, side, "a text is neither true nor false");
        set_int(out, v.r != 0);
        if (t->op != OP_NOT && (v.r != 0) == (t->op == OP_OR))
            return 0;
    }
    if (t->op == OP_NOT)
        set_int(out, !out->i);
    return 0;
}

static int negate(const struct calculation *r, const struct term *t,
                  struct expr_value *out)
{
    struct expr_value v;

    if (eval(r, t->a, &v))
        return -1;
    if (v.is_text)
        return refuse_value(r, t, "a text is no number");
    if (v.is_int && v.i == INT64_MIN)
        return refuse_value(r, t, "the result does not fit a 64-bit integer");
    if (v.is_int)
        set_int(out, -v.i);
    else
        set_real(out, -v.r);
    return 0;
}

static int eval(const struct calculation *r, const struct term *t, struct expr_value *out)
{
    struct expr_value a, b;

    switch (t->op) {
    case OP_VALUE: *out = t->value; return 0;
    case OP_NAME: return look_up(r, t, out);
    case OP_NEGATE: return negate(r, t, out);
    case OP_NOT:
    case OP_OR:
    case OP_AND: return logical(r, t, out);
    default:
        if (eval(r, t->a, &a) || eval(r, t->b, &b))
            return -1;
    }
    if (a.is_text || b.is_text)
        return on_texts(r, t, &a, &b, out);
    if (t->op >= OP_ADD)
        return arithmetic(r, t, &a, &b, out);
    set_int(out, holds_between(t->op, a.r, b.r));
    return 0;
}

int expr_eval(const struct expr *e, expr_lookup *lookup, void *arg,
              const char *const *names, struct expr_value *out, struct diag *d)
{
    struct calculation r = { e, lookup, arg, names, d };
    struct expr_value  v;

    if (eval(&r, e->root, &v))
        return -1;
    *out = v;
    return 0;
}

const char *const *expr_names(const struct expr *e)
{
    return e->names;
}

const char *expr_text(const struct expr *e)
{
    return e->text;
}
