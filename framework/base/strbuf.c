/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/strbuf.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/utf8.h"

enum { FIRST = 256 };

static size_t limit_of(const struct strbuf *s)
{
    return s->limit ? s->limit : SIZE_MAX / 4;
}

/* Bytes, with the final 0, that go behind what is there without more memory. */
static size_t left(const struct strbuf *s)
{
    size_t limit = limit_of(s);
    size_t room = s->room <= limit ? s->room : limit + 1;

    return s->full || room < s->n ? 0 : room - s->n;
}

/* Room for n more bytes and the final 0; false: they are more than the limit. A text that
 * was cut because memory ran out would look like one that is whole, so that ends it all.
 */
static bool reserve(struct strbuf *s, size_t n)
{
    size_t limit = limit_of(s);

    if (n > limit || s->n > limit - n)
        return false;
    if (s->n + n < s->room)
        return true;
    size_t room = s->room ? s->room : FIRST;
    while (room <= s->n + n)
        room *= 2;
    char *text = realloc(s->text, room);
    if (!text)
        arena_run_out(room);
    text[s->n] = '\0';
    s->text = text;
    s->room = room;
    return true;
}

void strbuf_add(struct strbuf *s, const char *bytes, size_t n)
{
    if (!n)
        return;
    if (s->full || !reserve(s, n)) {
        s->full = true; /* from here on nothing is added: no text with a hole in it */
        return;
    }
    memcpy(s->text + s->n, bytes, n);
    s->n += n;
    s->text[s->n] = '\0';
}

void strbuf_puts(struct strbuf *s, const char *text)
{
    strbuf_add(s, text, strlen(text));
}

/* Printed where it belongs; once more, with room made for it, if there was too little. */
void strbuf_vprintf(struct strbuf *s, const char *fmt, va_list ap)
{
    size_t  there = left(s);
    va_list again;

    va_copy(again, ap);
    int n = number_vprint(there ? s->text + s->n : NULL, there, fmt, ap);
    if (n > 0 && (size_t)n >= there) {
        if (s->text)
            s->text[s->n] = '\0';
        if (!s->full && reserve(s, (size_t)n))
            number_vprint(s->text + s->n, (size_t)n + 1, fmt, again);
        else
            s->full = true;
    }
    va_end(again);
    if (n < 0)
        arena_run_out(strlen(fmt)); /* the C library wanted memory for a number */
    if (n > 0 && !s->full)
        s->n += (size_t)n;
}

void strbuf_printf(struct strbuf *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    strbuf_vprintf(s, fmt, ap);
    va_end(ap);
}

void strbuf_visible(struct strbuf *s, const char *text, size_t n)
{
    size_t from = 0, control;

    for (size_t i = 0; i < n; i += control ? control : 1) {
        control = utf8_control(text + i, n - i);
        if (!control)
            continue;
        strbuf_add(s, text + from, i - from);
        strbuf_printf(s, "\\x%02x", (unsigned char)text[i + control - 1]);
        from = i + control;
    }
    strbuf_add(s, text + from, n - from);
}

void strbuf_pad(struct strbuf *s, size_t column)
{
    size_t have = 0;

    for (size_t i = s->n; i > 0 && s->text[i - 1] != '\n'; i--)
        have +=
            ((unsigned char)s->text[i - 1] & 0xc0) != 0x80; /* UTF-8: whole characters */
    for (; have < column && !s->full; have++)
        strbuf_add(s, " ", 1);
}

/* The fewest digits, from `first` on, that read back as the same. */
static void shortest(struct strbuf *s, double v, int first, int last, bool narrow)
{
    char text[48];

    for (int digits = first; isfinite(v) && digits <= last; digits++) {
        number_print(text, sizeof text, "%.*g", digits, v);
        double again = number_read(text, NULL);
        if (narrow ? (float)again == (float)v : again == v)
            break;
    }
    strbuf_puts(s, isfinite(v) ? text : "null");
}

/* 15 digits and fewer always survive in a normal number, so only 15, 16, 17 need a try;
 * %g drops the zeros. Subnormal numbers have fewer. */
void strbuf_number(struct strbuf *s, double v)
{
    shortest(s, v, fabs(v) < 2.3e-308 ? 1 : 15, 17, false);
}

/* Of a float it is 6. */
void strbuf_float(struct strbuf *s, float v)
{
    shortest(s, (double)v, fabsf(v) < 1.2e-38f ? 1 : 6, 9, true);
}

void strbuf_digits(struct strbuf *s, double v, int digits)
{
    if (isfinite(v))
        strbuf_printf(s, "%.*g", digits, v);
    else
        strbuf_puts(s, "null");
}

const char *strbuf_text(const struct strbuf *s)
{
    return s->text ? s->text : "";
}

void strbuf_close(struct strbuf *s)
{
    free(s->text);
    *s = (struct strbuf){ .limit = s->limit };
}
