/* SPDX-License-Identifier: MIT */
/* The three forms of an entry: for people, for editors, for programs. */
#include <config.h>
#include "base/diag.h"

#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

enum {
    WIDEST = 160,
    LEAD = 60
}; /* characters of a source line shown; kept before the caret */

static const char *const severities[] = { "error", "warning", "note" };

static const char *shown_name(const struct source *s)
{
    return s->shown ? s->shown : s->name;
}

static bool inside_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* As strbuf_visible, but a character stays one: the caret below counts them. */
static void add_line(struct strbuf *out, const char *line, size_t n)
{
    size_t control;

    for (size_t i = 0; i < n; i += control ? control : 1) {
        control = utf8_control(line + i, n - i);
        strbuf_add(out, control ? "?" : &line[i], 1);
    }
}

/* Byte offset of character number `count` (from 0) of the n bytes at text. */
static size_t offset_of(const char *text, size_t n, size_t count)
{
    size_t i = 0;

    for (; i < n && count; count--)
        for (i++; i < n && inside_character(text[i]); i++)
            ;
    return i;
}

static size_t characters(const char *text, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += !inside_character(text[i]);
    return count;
}

static const char *line_of(const struct at *at, size_t *n)
{
    const struct source *s = at->source;

    if (!s->lines || !at->line || at->line > s->n_lines)
        return NULL;
    size_t start = s->lines[at->line - 1];
    *n = strcspn(s->text + start, "\r\n");
    return s->text + start;
}

static void add_line_and_caret(const struct at *at, struct strbuf *out)
{
    size_t      n, before = at->column ? at->column - 1 : 0;
    const char *line = line_of(at, &n);

    if (!line)
        return;
    if (before > characters(line, n))
        before = characters(line, n);
    size_t first = before > WIDEST - LEAD ? offset_of(line, n, before - LEAD) : 0;
    size_t caret = offset_of(line, n, before);
    size_t last = first + offset_of(line + first, n - first, WIDEST);

    strbuf_printf(out, "%5u | %s", at->line, first ? "..." : "");
    add_line(out, line + first, last - first);
    strbuf_puts(out, last < n ? "...\n" : "\n");
    if (!at->column)
        return;
    strbuf_printf(out, "      | %s", first ? "   " : "");
    for (size_t i = first; i < caret; i++)
        if (!inside_character(line[i]))
            strbuf_puts(out, line[i] == '\t' ? "\t"
                                             : " "); /* stays below under any tab width */
    strbuf_puts(out, "^\n");
}

static void add_place(const struct at *at, struct strbuf *out)
{
    if (!at->source)
        return;
    strbuf_visible(out, shown_name(at->source), strlen(shown_name(at->source)));
    if (at->line)
        strbuf_printf(out, ":%u", at->line);
    if (at->line && at->column)
        strbuf_printf(out, ":%u", at->column);
    strbuf_puts(out, ": ");
}

static void add_text(struct strbuf *out, const char *text)
{
    strbuf_visible(out, text, strlen(text));
}

void diag_render(const struct diag_entry *e, bool color, struct strbuf *out)
{
    static const char *const tints[] = { "\033[1;31m", "\033[1;35m", "\033[1;36m" };

    add_place(&e->at, out);
    strbuf_printf(out, "%s%s:%s ", color ? tints[e->severity] : "",
                  severities[e->severity], color ? "\033[0m" : "");
    add_text(out, e->text);
    strbuf_puts(out, "\n");
    if (e->at.source)
        add_line_and_caret(&e->at, out);
    for (size_t i = 0; i < sizeof e->notes / sizeof e->notes[0] && e->notes[i]; i++) {
        strbuf_puts(out, "  ");
        add_text(out, e->notes[i]);
        strbuf_puts(out, "\n");
    }
}

void diag_render_gcc(const struct diag_entry *e, struct strbuf *out)
{
    add_place(&e->at, out);
    strbuf_printf(out, "%s: ", severities[e->severity]);
    add_text(out, e->text);
    strbuf_printf(out, " [%s]\n", e->code);
    for (size_t i = 0; i < sizeof e->notes / sizeof e->notes[0] && e->notes[i]; i++) {
        add_place(&e->at, out);
        strbuf_puts(out, "note: ");
        add_text(out, e->notes[i]);
        strbuf_puts(out, "\n");
    }
}

void diag_render_json(const struct diag_entry *e, struct strbuf *out)
{
    struct json j = { .text = *out };

    json_open(&j, '{');
    json_key(&j, "severity"), json_text(&j, severities[e->severity]);
    json_key(&j, "code"), json_text(&j, e->code);
    json_key(&j, "exit"), json_whole(&j, e->class);
    json_key(&j, "file"), json_text(&j, e->at.source ? shown_name(e->at.source) : NULL);
    json_key(&j, "line"), json_whole(&j, e->at.line);
    json_key(&j, "column"), json_whole(&j, e->at.column);
    json_key(&j, "length"), json_whole(&j, e->at.length);
    json_key(&j, "text"), json_text(&j, e->text);
    json_key(&j, "notes"), json_open(&j, '[');
    for (size_t i = 0; i < sizeof e->notes / sizeof e->notes[0] && e->notes[i]; i++)
        json_text(&j, e->notes[i]);
    json_close(&j);
    json_key(&j, "fix"), json_text(&j, e->fix);
    json_close(&j);
    *out = j.text;
    strbuf_puts(out, "\n");
}
