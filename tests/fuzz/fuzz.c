/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/strbuf.h"

void fuzz_expect(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static void check_place(const struct at *at)
{
    const struct source *s = at->source;

    if (!s || !s->lines || !at->line)
        return;
    fuzz_expect(at->line <= s->n_lines, "a message names a line of the file");
    size_t start = s->lines[at->line - 1];
    size_t n = strcspn(s->text + start, "\n");
    fuzz_expect(at->column >= 1, "columns count from 1");
    fuzz_expect(at->column <= n + 1, "a message names a column of its line");
}

void fuzz_check_diag(const struct diag *d)
{
    struct strbuf out = { 0 };

    for (size_t i = 0; i < d->n; i++) {
        check_place(&d->entries[i].at);
        diag_render(&d->entries[i], true, &out);
        diag_render_gcc(&d->entries[i], &out);
        diag_render_json(&d->entries[i], &out);
        strbuf_close(&out);
    }
}
