/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/describe_formula.h"

static const char *print(struct arena *a, const struct formula *f,
                         enum formula_style style)
{
    struct strbuf s = { 0 };

    formula_print(f, style, &s);
    const char *text = arena_strdup(a, strbuf_text(&s));
    strbuf_close(&s);
    return text;
}

static size_t add(struct arena *a, const char *of, const char *text, size_t n,
                  struct formula_line *lines)
{
    const struct formula **all;
    struct diag            d;

    if (!text)
        return n;
    diag_init(&d, a);
    all = formula_parse(a, text, of, &d);
    for (; all && *all && n < FORMULA_LINES_MAX; all++)
        lines[n++] = (struct formula_line){ of, print(a, *all, FORMULA_UNICODE),
                                            print(a, *all, FORMULA_TEX) };
    return n;
}

size_t describe_formula(struct arena *a, const struct component *t,
                        struct formula_line lines[FORMULA_LINES_MAX])
{
    nnp_formula f;
    size_t      n = 0;

    if (!component_formula(t, NULL, NULL, &f))
        return 0;
    n = add(a, "forward", f.forward, n, lines);
    n = add(a, "backward", f.backward, n, lines);
    n = add(a, "weight", f.weight, n, lines);
    return add(a, "update", f.update, n, lines);
}
