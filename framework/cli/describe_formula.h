/* SPDX-License-Identifier: MIT */
/* What a component says that it computes, statement by statement, for `plugin info`. */
#ifndef NNP_CLI_DESCRIBE_FORMULA_H
#define NNP_CLI_DESCRIBE_FORMULA_H
#include <stddef.h>
#include "base/formula.h"
#include "plugin/component.h"

struct formula_line {
    const char *of;          /* "forward", "backward", "weight" or "update" */
    const char *text, *tex;
};
enum { FORMULA_LINES_MAX = 32 };

/* How many; 0: it says nothing, or nothing that can be read. */
size_t describe_formula(struct arena *a, const struct component *t,
                        struct formula_line lines[FORMULA_LINES_MAX]);
#endif
