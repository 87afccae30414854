/* SPDX-License-Identifier: MIT */
/* Text that grows up to a limit. Malloc'ed: strbuf_close frees. Running out of memory is
 * what it is to an arena (arena_run_out). */
#ifndef NNP_BASE_STRBUF_H
#define NNP_BASE_STRBUF_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct strbuf {
    char  *text; /* NUL-terminated once anything was added, NULL before */
    size_t n, room, limit; /* limit 0: as much as there is */
    bool   full;           /* more than the limit: the rest was left out */
};

void        strbuf_add(struct strbuf *s, const char *bytes, size_t n);
void        strbuf_puts(struct strbuf *s, const char *text);
void        strbuf_printf(struct strbuf *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void        strbuf_vprintf(struct strbuf *s, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* Text of somebody else's for a terminal, which control characters would steer: they are
 * written as "\\x1b". Tabs and ends of lines stay. */
void        strbuf_visible(struct strbuf *s, const char *text, size_t n);
void        strbuf_pad(struct strbuf *s, size_t column); /* blanks up to this column */
/* The shortest text that reads back as the same double (%.17g at most); NaN/inf: null. */
void        strbuf_number(struct strbuf *s, double v);
/* The same of a float: 9 digits at most. */
void        strbuf_float(struct strbuf *s, float v);
/* With so many digits at most. Here and above JSON gets its numbers: what is not finite has
 * no word in it and is null. */
void strbuf_digits(struct strbuf *s, double v, int digits);
const char *strbuf_text(const struct strbuf *s); /* "" when empty */
void        strbuf_close(struct strbuf *s);
#endif
