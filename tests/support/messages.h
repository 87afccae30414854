/* SPDX-License-Identifier: MIT */
/* What a room has to say, as one text: "test.yaml:1:9: slope: ... \n" per message. */
#ifndef NNT_MESSAGES_H
#define NNT_MESSAGES_H
#include <string.h>
#include "base/arena.h"
#include "base/diag.h"
#include "text/source.h"
#include "text/tree.h"

static inline const char *messages(struct arena *a, struct diag *d)
{
    const char *all = "";

    diag_sort(d);
    for (size_t i = 0; i < d->n; i++) {
        const struct diag_entry *e = &d->entries[i];
        if (e->at.source && e->at.line)
            all = arena_printf(a, "%s%s:%u:%u: %s\n", all, e->at.source->name, e->at.line,
                               e->at.column, e->text);
        else
            all =
                arena_printf(a, "%s%s%s%s\n", all, e->at.source ? e->at.source->name : "",
                             e->at.source ? ": " : "", e->text);
    }
    return all;
}

/* Parses yaml as the file t.yaml; NULL: refused. */
static inline struct node *parse(struct arena *a, const char *yaml, struct diag *d)
{
    const struct source *s;

    diag_init(d, a);
    s = source_text(a, "t.yaml", yaml, strlen(yaml), d);
    return s ? tree_parse(a, s, d) : NULL;
}
#endif
