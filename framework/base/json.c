/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/json.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

enum { LINES_DEPTH = 4 }; /* deeper levels stay on their line */

static void letter(struct strbuf *s, unsigned char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char       *short_form = c ? strchr(from, c) : NULL;

    if (short_form)
        strbuf_printf(s, "\\%c", to[short_form - from]);
    else
        strbuf_printf(s, "\\u%04x", (unsigned)c);
}

/* Letters that stand for themselves. */
static size_t plain(const char *text)
{
    size_t n = 0;

    while (text[n] >= 0x20 && text[n] < 0x7f && text[n] != '"' && text[n] != '\\')
        n++;
    return n;
}

/* NULL: null. */
static void quote(struct strbuf *s, const char *text)
{
    if (!text) {
        strbuf_puts(s, "null");
        return;
    }
    strbuf_puts(s, "\"");
    for (const char *p = text, *end = text + strlen(text); p < end;) {
        size_t n = plain(p);

        if (n) { /* most texts are nothing else */
            strbuf_add(s, p, n);
            p += n;
            continue;
        }
        n = utf8_length(p, (size_t)(end - p));
        if (n == 1)
            letter(s, (unsigned char)*p);
        else if (n == 2 && utf8_control(p, n)) /* some terminals obey those too */
            strbuf_printf(s, "\\u%04x", (unsigned char)p[1]);
        else if (n)
            strbuf_add(s, p, n);
        else /* U+FFFD: the output is valid JSON in any case */
            strbuf_puts(s, "\xef\xbf\xbd");
        p += n ? n : 1;
    }
    strbuf_puts(s, "\"");
}

static void new_line(struct json *j)
{
    if (j->lines && j->open.n <= LINES_DEPTH)
        strbuf_printf(&j->text, "\n%*s", (int)j->open.n, "");
}

/* A bracket that just opened is the last byte; what any value ends with is another one.
 */
static bool has_member(const struct json *j)
{
    return j->text.n && !strchr("{[", j->text.text[j->text.n - 1]);
}

static void before_value(struct json *j)
{
    if (j->open.n && !j->after_key) {
        if (has_member(j))
            strbuf_puts(&j->text, j->blanks ? ", " : ",");
        new_line(j);
    }
    j->after_key = false;
}

void json_key(struct json *j, const char *key)
{
    before_value(j);
    quote(&j->text, key);
    strbuf_puts(&j->text, j->blanks ? ": " : ":");
    j->after_key = true;
}

void json_open(struct json *j, char bracket)
{
    before_value(j);
    strbuf_add(&j->text, &bracket, 1);
    strbuf_add(&j->open, bracket == '{' ? "}" : "]", 1);
}

void json_close(struct json *j)
{
    bool full = has_member(j);
    char bracket = j->open.text[--j->open.n];
    if (full && j->open.n < LINES_DEPTH)
        new_line(j);
    strbuf_add(&j->text, &bracket, 1);
    if (!j->open.n)
        strbuf_close(&j->open);
}

void json_text(struct json *j, const char *text)
{
    before_value(j);
    quote(&j->text, text);
}

void json_number(struct json *j, double v)
{
    before_value(j);
    strbuf_number(&j->text, v);
}

void json_digits(struct json *j, double v, int digits)
{
    before_value(j);
    strbuf_digits(&j->text, v, digits);
}

void json_whole(struct json *j, int64_t v)
{
    before_value(j);
    strbuf_printf(&j->text, "%" PRId64, v);
}

void json_bool(struct json *j, bool v)
{
    json_raw(j, v ? "true" : "false");
}

void json_raw(struct json *j, const char *json)
{
    before_value(j);
    strbuf_puts(&j->text, json);
}
