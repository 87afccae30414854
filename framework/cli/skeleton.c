/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/skeleton.h"

#include <stdbool.h>
#include <string.h>

const struct skeleton *skeleton_find(const char *name)
{
    for (const struct skeleton *s = skeletons; s->name; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

static bool is_word(const struct skeleton_choice *c, const char *word, size_t n)
{
    for (size_t i = 0; c->words[i]; i++)
        if (strlen(c->words[i]) == n && strncmp(word, c->words[i], n) == 0)
            return true;
    return false;
}

/* "layer,loss": is one of them what the user chose? */
static bool any_word(const struct skeleton_choice *c, const char *words, size_t n)
{
    for (size_t i = 0, end; i < n; i = end + 1) {
        for (end = i; end < n && words[end] != ','; end++)
            ;
        if (is_word(c, words + i, end - i))
            return true;
    }
    return false;
}

/* Where the text of a line starts; NULL: the line is for others. A line that begins with
 * a placeholder ("@id@.so: ...") has no blank before the second @. */
static const char *text_of_line(const struct skeleton_choice *c, const char *line)
{
    if (*line != '@')
        return line;
    size_t n = 1 + strcspn(line + 1, " @\n");
    if (line[n] != ' ')
        return line;
    bool   other = line[1] == '!';
    size_t from = other ? 2 : 1;
    return any_word(c, line + from, n - from) != other ? line + n + 1 : NULL;
}

static void add_text(const struct skeleton_choice *c, struct strbuf *out,
                     const char *text, size_t n)
{
    for (size_t i = 0, k, length; i < n; i += length) {
        for (k = 0; c->marks[k].mark; k++)
            if (strncmp(text + i, c->marks[k].mark, strlen(c->marks[k].mark)) == 0)
                break;
        length = c->marks[k].mark ? strlen(c->marks[k].mark) : 1;
        if (c->marks[k].mark)
            strbuf_puts(out, c->marks[k].value);
        else
            strbuf_add(out, text + i, 1);
    }
}

void skeleton_fill(const char *text, const struct skeleton_choice *choice,
                   struct strbuf *out)
{
    for (const char *end; *text; text = end + 1) {
        end = strchr(text, '\n');
        const char *line = text_of_line(choice, text);
        if (line)
            add_text(choice, out, line, (size_t)(end + 1 - line));
    }
}
