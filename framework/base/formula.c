/* SPDX-License-Identifier: MIT */
/*
 * Recursive descent, a function a level:
 *   statement  side (= | <-) side ...        from the right: a = (b = c)
 *   side       sum (< > <= >= !=) sum
 *   sum        product (+ | -) product ...
 *   product    power (* | / | nothing) power ...
 *   power      atom ^ power, - power
 *   atom       number, name, name(...), (...), [...], '...'
 */
#include <config.h>
#include "base/formula.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/number.h"

enum { DEPTH_MAX = 48, STATEMENTS_MAX = 32 };

struct formula_reader {
    struct arena *arena;
    const char   *begin, *p, *wrong; /* wrong: what was needed, once something is */
    int           depth;
};

static const struct formula *node(struct formula_reader *r, enum formula_op op,
                                  const char *text, const struct formula *a,
                                  const struct formula *b)
{
    struct formula *f = arena_alloc(r->arena, sizeof *f);

    f->op = op;
    f->text = text;
    f->arg[0] = a;
    f->arg[1] = b;
    f->n = b ? 2 : a ? 1 : 0;
    return f;
}

static const struct formula *wrong(struct formula_reader *r, const char *needed)
{
    if (!r->wrong)
        r->wrong = needed;
    return NULL;
}

static void skip(struct formula_reader *r)
{
    while (*r->p == ' ' || *r->p == '\n')
        r->p++;
}

static bool take(struct formula_reader *r, const char *sign)
{
    size_t n = strlen(sign);

    skip(r);
    if (strncmp(r->p, sign, n) != 0)
        return false;
    r->p += n;
    return true;
}

static const struct formula *side(struct formula_reader *r);

/* The arguments of a call, behind its bracket. */
static const struct formula *call(struct formula_reader *r, const char *name)
{
    struct formula *f = arena_alloc(r->arena, sizeof *f);

    f->op = FORMULA_CALL;
    f->text = name;
    do {
        if (f->n == (int)(sizeof f->arg / sizeof *f->arg))
            return wrong(r, "at most four arguments");
        f->arg[f->n] = side(r);
        if (!f->arg[f->n++])
            return NULL;
    } while (take(r, ","));
    return take(r, ")") ? f : wrong(r, "')'");
}

/* Letters and digits, a subscript behind `_`, primes. */
static const char *read_name(struct formula_reader *r)
{
    const char *begin = r->p;

    while (isalnum((unsigned char)*r->p))
        r->p++;
    if (*r->p == '_') {
        r->p++;
        if (*r->p == '{')
            r->p += strcspn(r->p, "}") + (strchr(r->p, '}') != NULL);
        else
            while (isalnum((unsigned char)*r->p))
                r->p++;
    }
    while (*r->p == '\'')
        r->p++;
    return arena_strndup(r->arena, begin, (size_t)(r->p - begin));
}

static const struct formula *enclosed(struct formula_reader *r, const char *end)
{
    const struct formula *f = side(r);

    if (!f)
        return NULL;
    return take(r, end) ? f : wrong(r, *end == ')' ? "')'" : "']'");
}

static const struct formula *quoted(struct formula_reader *r)
{
    size_t n = strcspn(++r->p, "'");

    if (!r->p[n])
        return wrong(r, "a closing '");
    const char *text = arena_strndup(r->arena, r->p - 1, n + 1); /* keeps the first ' */
    r->p += n + 1;
    return node(r, FORMULA_NAME, text, NULL, NULL);
}

static const struct formula *atom(struct formula_reader *r)
{
    skip(r);
    if (isdigit((unsigned char)*r->p) || *r->p == '.') {
        const char *begin = r->p;
        char       *end;
        number_read(begin, &end);
        if (end == begin)
            return wrong(r, "a number");
        r->p = end;
        return node(r, FORMULA_NUMBER,
                    arena_strndup(r->arena, begin, (size_t)(end - begin)), NULL, NULL);
    }
    if (isalpha((unsigned char)*r->p)) {
        const char *name = read_name(r);
        if (*r->p != '(')
            return node(r, FORMULA_NAME, name, NULL, NULL);
        r->p++;
        return call(r, name);
    }
    if (*r->p == '\'')
        return quoted(r);
    if (take(r, "("))
        return enclosed(r, ")");
    if (take(r, "[")) {
        const struct formula *f = enclosed(r, "]");
        return f ? node(r, FORMULA_HOLDS, NULL, f, NULL) : NULL;
    }
    return wrong(r, "a number, a name or a bracket");
}

static const struct formula *power(struct formula_reader *r)
{
    const struct formula *f, *to;

    if (++r->depth > DEPTH_MAX)
        return wrong(r, "fewer brackets");
    if (take(r, "-")) {
        f = power(r);
        r->depth--;
        return f ? node(r, FORMULA_NEGATE, NULL, f, NULL) : NULL;
    }
    f = atom(r);
    if (f && take(r, "^")) {
        to = power(r);
        f = to ? node(r, FORMULA_POW, NULL, f, to) : NULL;
    }
    r->depth--;
    return f;
}

/* Does a factor follow without a sign? */
static bool is_factor(struct formula_reader *r)
{
    skip(r);
    return isalnum((unsigned char)*r->p) || (*r->p && strchr(".'([", *r->p));
}

static const struct formula *product(struct formula_reader *r)
{
    const struct formula *f = power(r);

    while (f) {
        bool                  div = take(r, "/");
        const struct formula *b;
        if (!div && !take(r, "*") && !is_factor(r))
            break;
        b = power(r);
        f = b ? node(r, div ? FORMULA_DIV : FORMULA_MUL, NULL, f, b) : NULL;
    }
    return f;
}

static const struct formula *sum(struct formula_reader *r)
{
    const struct formula *f = product(r);

    while (f) {
        bool                  minus = false;
        const struct formula *b;
        if (!take(r, "+") && !(minus = take(r, "-")))
            break;
        b = product(r);
        f = b ? node(r, minus ? FORMULA_SUB : FORMULA_ADD, NULL, f, b) : NULL;
    }
    return f;
}

/* The longer signs first. `<-` is an arrow, not "less than minus". */
static const struct formula *side(struct formula_reader *r)
{
    static const char *const signs[] = { "<=", ">=", "!=", "==", "<", ">" };
    const struct formula    *f = sum(r);

    skip(r);
    for (size_t i = 0; f && i < sizeof signs / sizeof *signs; i++)
        if (strncmp(r->p, "<-", 2) != 0 && take(r, signs[i])) {
            const struct formula *b = sum(r);
            return b ? node(r, FORMULA_COMPARE, signs[i], f, b) : NULL;
        }
    return f;
}

static const struct formula *statement(struct formula_reader *r)
{
    const struct formula *f = side(r);
    const char           *sign;

    if (!f)
        return NULL;
    sign = take(r, "<-") ? "<-" : take(r, "=") ? "=" : NULL;
    if (!sign)
        return f;
    if (++r->depth > DEPTH_MAX)
        return wrong(r, "fewer sides");
    const struct formula *b = statement(r);
    r->depth--;
    return b ? node(r, FORMULA_CHAIN, sign, f, b) : NULL;
}

const struct formula **formula_parse(struct arena *a, const char *text, const char *what,
                                     struct diag *d)
{
    const struct formula **all = arena_array(a, STATEMENTS_MAX + 1, sizeof *all);
    struct formula_reader  r = { a, text, text, NULL, 0 };
    size_t                 n = 0;

    do {
        if (n == STATEMENTS_MAX)
            wrong(&r, "fewer statements");
        else
            all[n++] = statement(&r);
    } while (!r.wrong && take(&r, ";"));
    skip(&r);
    if (!r.wrong && *r.p)
        wrong(&r, "a sign or the end");
    if (!r.wrong)
        return all;
    diag_error(d, NULL, "%s: '%s': %s is needed at '%s'", what, text, r.wrong, r.p);
    return NULL;
}

/* ---- numbers ----------------------------------------------------------------------- */

/* The names, each of FUNCTION_WIDTH signs, and what they compute, in the same order. */
enum { FUNCTION_WIDTH = 6 };
static const char function_names[] =
    "exp   log   sqrt  tanh  abs   erf   sin   cos   floor ";
static double (*const functions[])(double) = { exp, log, sqrt, tanh, fabs,
                                               erf, sin, cos,  floor };

static bool is_function(size_t i, const char *name)
{
    const char *at = function_names + i * FUNCTION_WIDTH;
    size_t      n = strcspn(at, " ");

    return strncmp(at, name, n) == 0 && !name[n];
}

static double sign_of(double x)
{
    return x > 0 ? 1 : x < 0 ? -1 : x;
}

static bool apply(const struct formula *f, const double *v, double *value)
{
    for (size_t i = 0; f->n == 1 && i < sizeof functions / sizeof *functions; i++)
        if (is_function(i, f->text)) {
            *value = functions[i](v[0]);
            return true;
        }
    if (f->n == 1 && strcmp(f->text, "sign") == 0)
        *value = sign_of(v[0]);
    else if (f->n == 1 && strcmp(f->text, "sigma") == 0)
        *value = 1 / (1 + exp(-v[0]));
    else if (f->n == 2 && strcmp(f->text, "max") == 0)
        *value = v[0] > v[1] ? v[0] : v[1];
    else if (f->n == 2 && strcmp(f->text, "min") == 0)
        *value = v[0] < v[1] ? v[0] : v[1];
    else
        return false;
    return true;
}

static bool holds(const char *sign, double a, double b)
{
    if (sign[0] == '!' || sign[0] == '=')
        return (a == b) == (sign[0] == '=');
    if (sign[0] == '<')
        return sign[1] ? a <= b : a < b;
    return sign[1] ? a >= b : a > b;
}

static bool compute(const struct formula *f, const double *v, double *value)
{
    switch (f->op) {
    case FORMULA_NEGATE: *value = -v[0]; return true;
    case FORMULA_ADD: *value = v[0] + v[1]; return true;
    case FORMULA_SUB: *value = v[0] - v[1]; return true;
    case FORMULA_MUL: *value = v[0] * v[1]; return true;
    case FORMULA_DIV: *value = v[0] / v[1]; return true;
    case FORMULA_POW: *value = pow(v[0], v[1]); return true;
    case FORMULA_HOLDS: *value = v[0]; return true;
    case FORMULA_COMPARE: *value = holds(f->text, v[0], v[1]); return true;
    default: return apply(f, v, value);
    }
}

bool formula_eval(const struct formula *f, formula_lookup *lookup, void *arg,
                  double *value)
{
    double v[4];

    if (f->op == FORMULA_NUMBER) {
        *value = number_read(f->text, NULL);
        return true;
    }
    if (f->op == FORMULA_NAME) {
        if (lookup && lookup(arg, f->text, value))
            return true;
        if (strcmp(f->text, "e") != 0 && strcmp(f->text, "pi") != 0)
            return false;
        *value = strcmp(f->text, "e") == 0 ? exp(1) : acos(-1);
        return true;
    }
    if (f->op == FORMULA_CHAIN)
        return formula_eval(f->arg[1], lookup, arg, value);
    /* What is 0 wherever the condition before it fails is not asked for: [x > 0] log(x).
     */
    for (int i = 0; i < f->n; i++) {
        if (!formula_eval(f->arg[i], lookup, arg, &v[i]))
            return false;
        if (f->op == FORMULA_MUL && i == 0 && v[0] == 0 &&
            f->arg[0]->op == FORMULA_HOLDS) {
            *value = 0;
            return true;
        }
    }
    return compute(f, v, value);
}

/* ---- parts and other formulas ------------------------------------------------------ */

const char *formula_defines(const struct formula *f)
{
    return f->op == FORMULA_CHAIN && f->arg[0]->op == FORMULA_NAME ? f->arg[0]->text
                                                                   : NULL;
}

const struct formula *formula_right(const struct formula *f)
{
    return f->op == FORMULA_CHAIN ? f->arg[1] : f;
}

const struct formula *formula_put(struct arena *a, const struct formula *f,
                                  formula_replace *replace, void *arg)
{
    const struct formula *by = f->op == FORMULA_NAME ? replace(arg, f->text) : NULL;
    struct formula       *copy;

    if (by || !f->n)
        return by ? by : f;
    copy = arena_alloc(a, sizeof *copy);
    *copy = *f;
    for (int i = 0; i < f->n; i++)
        copy->arg[i] = formula_put(a, f->arg[i], replace, arg);
    return copy;
}

static bool is_number(const struct formula *f, double v)
{
    return f->op == FORMULA_NUMBER && number_read(f->text, NULL) == v;
}

static const struct formula *shorter(struct arena *a, const struct formula *f)
{
    const struct formula *x = f->arg[0], *y = f->arg[1];

    if (f->op == FORMULA_ADD || f->op == FORMULA_SUB) {
        if (is_number(y, 0))
            return x;
        if (is_number(x, 0) && f->op == FORMULA_ADD)
            return y;
    }
    if (f->op == FORMULA_MUL && (is_number(x, 0) || is_number(y, 1)))
        return x;
    if (f->op == FORMULA_MUL && (is_number(y, 0) || is_number(x, 1)))
        return y;
    if (f->op == FORMULA_DIV && is_number(y, 1))
        return x;
    if (f->op == FORMULA_SUB && f->n == 2 && is_number(x, 1) && is_number(y, 1)) {
        struct formula *zero = arena_alloc(a, sizeof *zero);
        zero->text = "0"; /* its op is FORMULA_NUMBER, the first */
        return zero;
    }
    return f;
}

const struct formula *formula_simplify(struct arena *a, const struct formula *f)
{
    struct formula *copy;

    if (!f->n)
        return f;
    copy = arena_alloc(a, sizeof *copy);
    *copy = *f;
    for (int i = 0; i < f->n; i++)
        copy->arg[i] = formula_simplify(a, f->arg[i]);
    return shorter(a, copy);
}
