/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "text/source.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "base/utf8.h"

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
        size_t n = utf8_length(s->text + i, s->size - i);

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
