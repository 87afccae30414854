/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "text/source.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"

/* Length of the well-formed UTF-8 character at p (RFC 3629), 0 if there is none. Reads no
 * further than the first byte that does not fit, so the final 0 ends it. */
static size_t character(const unsigned char *p)
{
    size_t   n = p[0] < 0x80   ? 1
                 : p[0] < 0xc2 ? 0
                 : p[0] < 0xe0 ? 2
                 : p[0] < 0xf0 ? 3
                 : p[0] < 0xf5 ? 4
                               : 0;
    unsigned low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;

    for (size_t i = 1; i < n; i++, low = 0x80, high = 0xbf)
        if (p[i] < low || p[i] > high)
            return 0;
    return n;
}

static void find_lines(struct arena *a, struct source *s)
{
    size_t n = 1, *lines;

    for (size_t i = 0; i < s->size; i++)
        n += s->text[i] == '\n';
    lines = arena_array(a, n, sizeof *lines);
    for (size_t i = 0, line = 1; i < s->size; i++)
        if (s->text[i] == '\n')
            lines[line++] = i + 1;
    s->lines = lines;
    s->n_lines = n;
}

/* The first byte that is not text, as an error. */
static int check_characters(const struct source *s, struct diag *d)
{
    struct at at = { .source = s, .line = 1, .column = 1, .length = 1 };

    for (size_t i = 0; i < s->size;) {
        size_t n = character((const unsigned char *)s->text + i);

        if (!s->text[i])
            return diag_code(d, &at, "encoding", "a NUL byte; a pipeline file is text");
        if (!n)
            return diag_code(d, &at, "encoding",
                             "byte 0x%02x is not UTF-8; save the file as UTF-8",
                             (unsigned)(unsigned char)s->text[i]);
        at.line += s->text[i] == '\n';
        at.column = s->text[i] == '\n' ? 1 : at.column + 1;
        i += n;
    }
    return 0;
}

const struct source *source_text(struct arena *a, const char *name, const char *text,
                                 size_t n, struct diag *d)
{
    static const char mark[] =
        "\xef\xbb\xbf"; /* byte order mark, as some editors write */
    struct source *s = arena_alloc(a, sizeof *s);

    s->name = arena_strdup(a, name);
    if (n > SOURCE_MAX) {
        struct at whole = { .source = s };
        diag_code(d, &whole, "too-big", "%zu bytes; a pipeline file has at most %d", n,
                  SOURCE_MAX);
        return NULL;
    }
    if (n >= 3 && !memcmp(text, mark, 3)) {
        text += 3;
        n -= 3;
    }
    char *copy = arena_alloc(a, n + 1);
    if (n)
        memcpy(copy, text, n);
    s->text = copy;
    s->size = n;
    find_lines(a, s);
    return check_characters(s, d) ? NULL : s;
}

const struct source *source_open(struct arena *a, const char *path, struct diag *d)
{
    char  *bytes;
    size_t n;

    if (fsio_read(path, SOURCE_MAX, &bytes, &n, d))
        return NULL;
    const struct source *s =
        source_text(a, strcmp(path, "-") ? path : "(standard input)", bytes, n, d);
    free(bytes);
    return s;
}
