/* SPDX-License-Identifier: MIT */
/* Any text as an expression over some variables. */
#include <config.h>
#include "fuzz/fuzz.h"

#include <math.h>
#include <string.h>
#include "base/arena.h"
#include "language/expr.h"

static int look_up(void *arg, const char *name, struct expr_value *out)
{
    (void)arg;
    *out = (struct expr_value){ 0 };
    switch (*name) {
    case 'i': /* a whole number, as far from 0 as there is */
        out->is_int = true;
        out->i = strlen(name) > 1 ? INT64_MIN : 3;
        return 0;
    case 'r': out->r = strlen(name) > 1 ? (double)NAN : 0.25; return 0;
    case 't':
        out->is_text = true;
        out->text = name;
        return 0;
    default: return -1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "i", "imin", "r", "rnan", "text", NULL };
    struct arena             a = { 0 };
    struct diag              d;

    diag_init(&d, &a);
    const char         *text = arena_strndup(&a, (const char *)data, size);
    const struct source file = { .name = "t.yaml", .text = text, .n_lines = 1 };
    const struct at     at = { .source = &file, .line = 1, .column = 1 };
    const struct expr  *e = expr_parse(&a, text, &at, &d);
    struct expr_value   v, silent;

    fuzz_expect((e == NULL) == (d.errors > 0), "no expression means a message");
    if (e) {
        int rc = expr_eval(e, look_up, NULL, names, &v, &d);
        fuzz_expect((rc != 0) == (d.errors > 0), "no value means a message");
        fuzz_expect(expr_eval(e, look_up, NULL, names, &silent, NULL) == rc,
                    "without messages it is the same");
        if (rc == 0 && v.is_int)
            fuzz_expect(!v.is_text && v.r == (double)v.i, "r is set for integers");
        for (const char *const *n = expr_names(e); *n; n++)
            fuzz_expect(strstr(text, *n) != NULL, "names are those of the text");
    }
    fuzz_check_diag(&d);
    arena_close(&a);
    return 0;
}
