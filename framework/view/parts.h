/* SPDX-License-Identifier: MIT */
/* What reports leave, kept for the pages that show it. */
#ifndef NNP_VIEW_PARTS_H
#define NNP_VIEW_PARTS_H
#include <stddef.h>
#include "base/arena.h"
#include "base/strbuf.h"

struct kept_part { /* a file; REPORT.txt is what the report said */
    const char   *report, *file;
    struct strbuf bytes;
};

struct kept_parts { /* empty: all zeros but the arena, which holds names */
    struct arena *arena;
    struct kept_part  *v;
    size_t        n;
};

void parts_add(struct kept_parts *p, const char *report, const char *file,
               const void *bytes, size_t n);
/* More words of a report: they are one part. */
void parts_say(struct kept_parts *p, const char *report, const char *text);
/* That part, or NULL. Valid until the next parts_add. */
const struct kept_part *parts_said(const struct kept_parts *p, const char *report);
void               parts_close(struct kept_parts *p);
#endif
