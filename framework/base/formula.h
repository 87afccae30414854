/* SPDX-License-Identifier: MIT */
/*
 * Formulas as a lecture writes them: read from plain text, computed with numbers, printed
 * as text, TeX or MathML.
 *
 *   d = g + l2 w; w = w - lr d       statements; `<-` is an arrow, `a = b = c` a chain
 *   y (1 - y), e^(-x), [x > 0]       what stands side by side is multiplied; 1 or 0
 *   sum_k(w_jk x_k)                  a sum over k; also mean, max, min, prod
 *   d(E, w_jk), y', ystar, dots      a partial derivative, a prime, y*, ...
 *   'enc1.weight[3,7]'               a name as it is; x_{12,3} a subscript of several signs
 *
 * A bracket right behind a name is its argument; with a blank between them it is a factor.
 * Numbers are printed as they were written. Nothing here knows what a name stands for.
 */
#ifndef NNP_BASE_FORMULA_H
#define NNP_BASE_FORMULA_H
#include <stdbool.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/strbuf.h"

enum formula_op {
    FORMULA_NUMBER,
    FORMULA_NAME,
    FORMULA_NEGATE,
    FORMULA_ADD, /* all of arg[0], arg[1], ... */
    FORMULA_SUB,
    FORMULA_MUL,
    FORMULA_DIV,
    FORMULA_POW,
    FORMULA_CALL,    /* name(arg[0], ...) */
    FORMULA_HOLDS,   /* [arg[0]] */
    FORMULA_COMPARE, /* arg[0] text arg[1] */
    FORMULA_CHAIN    /* arg[0] text arg[1]: = or <-, from the right */
};

struct formula { /* in the arena, never changed */
    enum formula_op       op;
    const char           *text; /* the number or name as written; the sign */
    const struct formula *arg[4];
    int                   n;
};

enum formula_style {
    FORMULA_PLAIN, /* reads back as the same */
    FORMULA_UNICODE,
    FORMULA_ASCII,
    FORMULA_TEX,
    FORMULA_MATHML
};

/* Statements, in order, NULL-terminated. NULL with a message that begins with `what`. */
const struct formula **formula_parse(struct arena *a, const char *text, const char *what,
                                     struct diag *d);
/* The value of a name; false: unknown. */
typedef bool formula_lookup(void *arg, const char *name, double *value);
/* The value of an expression, of a chain that of its last side; false: a name or a sum is
 * not known, and *value stays. */
bool formula_eval(const struct formula *f, formula_lookup *lookup, void *arg,
                  double *value);
/* The name that a statement defines, or NULL: `m` of "m = beta1 m + g". */
const char *formula_defines(const struct formula *f);
/* What a definition says of it: its right side; an expression is that itself. */
const struct formula *formula_right(const struct formula *f);
/* Other formulas in the place of names: NULL, or what stands for one. */
typedef const struct formula *formula_replace(void *arg, const char *name);
const struct formula *formula_put(struct arena *a, const struct formula *f,
                                  formula_replace *replace, void *arg);
/* Without what is 0 times something, 1 times something, or plus 0. */
const struct formula *formula_simplify(struct arena *a, const struct formula *f);
void formula_print(const struct formula *f, enum formula_style style, struct strbuf *out);
#endif
