/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/formula_scope.h"

#include <string.h>

void formula_scope_set(struct formula_scope *s, const char *name, double value)
{
    size_t i = 0;

    while (i < s->n && strcmp(s->v[i].name, name) != 0)
        i++;
    if (i == FORMULA_SCOPE_MAX)
        return; /* more names than a formula has statements and a frame has numbers */
    s->v[i].name = name;
    s->v[i].value = value;
    s->n += i == s->n;
}

bool formula_scope_find(void *scope, const char *name, double *value)
{
    const struct formula_scope *s = scope;

    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->v[i].name, name) == 0) {
            *value = s->v[i].value;
            return true;
        }
    return s->outer && s->outer(s->arg, name, value);
}

bool formula_scope_run(struct formula_scope *s, const struct formula **statements)
{
    double value;

    for (; *statements; statements++) {
        const char *name = formula_defines(*statements);

        if (!name || !formula_eval(*statements, formula_scope_find, s, &value))
            return false;
        formula_scope_set(s, name, value);
    }
    return true;
}
