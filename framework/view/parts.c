/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/parts.h"

#include <string.h>

enum { PART_MAX = 1 << 30 }; /* bytes of a file */

static struct kept_part *add(struct kept_parts *p, const char *report, const char *file)
{
    p->v = arena_grow(p->arena, p->v, p->n, p->n + 1, sizeof *p->v);
    p->v[p->n] = (struct kept_part){ .report = arena_strdup(p->arena, report),
                                     .file = arena_strdup(p->arena, file),
                                     .bytes = { .limit = PART_MAX } };
    return &p->v[p->n++];
}

void parts_add(struct kept_parts *p, const char *report, const char *file,
               const void *bytes, size_t n)
{
    strbuf_add(&add(p, report, file)->bytes, bytes, n);
}

static struct kept_part *find_words(const struct kept_parts *p, const char *report)
{
    size_t n = strlen(report);

    for (size_t i = 0; i < p->n; i++)
        if (strncmp(p->v[i].file, report, n) == 0 &&
            strcmp(p->v[i].file + n, ".txt") == 0 && strcmp(p->v[i].report, report) == 0)
            return &p->v[i];
    return NULL;
}

void parts_say(struct kept_parts *p, const char *report, const char *text)
{
    struct kept_part *words = find_words(p, report);

    if (!words)
        words = add(p, report, arena_printf(p->arena, "%s.txt", report));
    strbuf_puts(&words->bytes, text);
}

const struct kept_part *parts_said(const struct kept_parts *p, const char *report)
{
    return find_words(p, report);
}

void parts_close(struct kept_parts *p)
{
    for (size_t i = 0; i < p->n; i++)
        strbuf_close(&p->v[i].bytes);
    p->v = NULL;
    p->n = 0;
}
