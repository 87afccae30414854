/* SPDX-License-Identifier: MIT */
/* Statements done one after the other: what one defines, the next ones know. */
#ifndef NNP_BASE_FORMULA_SCOPE_H
#define NNP_BASE_FORMULA_SCOPE_H
#include "base/formula.h"

enum { FORMULA_SCOPE_MAX = 32 };
struct formula_scope { /* all zeros: nothing is known */
    struct {
        const char *name;
        double      value;
    } v[FORMULA_SCOPE_MAX];
    size_t          n;
    formula_lookup *outer; /* who knows the rest, or NULL */
    void           *arg;
};

void formula_scope_set(struct formula_scope *s, const char *name, double value);
/* A formula_lookup: scope, then outer. */
bool formula_scope_find(void *scope, const char *name, double *value);
/* All statements, each defines a name. false: one of them has no value. */
bool formula_scope_run(struct formula_scope *s, const struct formula **statements);
#endif
