/* SPDX-License-Identifier: MIT */
/* Expressions: $name and $(a*2) over variables while reading, `accuracy >= 1` over
 * metrics while training. + - * / // % ( ) comparisons and or not; integers stay
 * integers. */
#ifndef NNP_LANGUAGE_EXPR_H
#define NNP_LANGUAGE_EXPR_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"

struct expr_value {
    bool        is_int, is_text;
    int64_t     i;
    double      r; /* also set for integers */
    const char *text;
};

/* Finds a name; -1 unknown. */
typedef int expr_lookup(void *arg, const char *name, struct expr_value *out);

struct expr;
/* at: where the text stands, for messages (columns inside it are added). NULL: refused. */
const struct expr *expr_parse(struct arena *a, const char *text, const struct at *at,
                              struct diag *d);
/* -1 and a message (unknown name with `names` as candidates, division by zero, overflow).
 * d may be NULL: silent. */
int expr_eval(const struct expr *e, expr_lookup *lookup, void *arg,
              const char *const *names, struct expr_value *out, struct diag *d);
/* The names it reads, NULL-terminated. */
const char *const *expr_names(const struct expr *e);
const char        *expr_text(const struct expr *e);
#endif
