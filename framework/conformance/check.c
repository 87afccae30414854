/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "conformance/check.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

static __attribute__((format(printf, 3, 0))) void say(struct check *k, char tag,
                                                      const char *fmt, va_list ap)
{
    struct strbuf s = { 0 };

    strbuf_add(&s, &tag, 1);
    strbuf_vprintf(&s, fmt, ap);
    for (size_t i = 0; i < s.n; i++)
        s.text[i] = s.text[i] == '\n' ? ' ' : s.text[i];
    strbuf_add(&s, "\n", 1);
    if (k->fd < 0)
        strbuf_add(&k->said, s.text, s.n);
    else if (write(k->fd, s.text, s.n) < 0)
        _exit(CHECK_UNHEARD);
    strbuf_close(&s);
}

void check_say(struct check *k, char tag, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(k, tag, fmt, ap);
    va_end(ap);
}

void check_fail(struct check *k, const char *fmt, ...)
{
    va_list ap;

    k->findings++;
    va_start(ap, fmt);
    say(k, 'F', fmt, ap);
    va_end(ap);
}

void check_skip(struct check *k, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(k, 'S', fmt, ap);
    va_end(ap);
}

void check_note(struct check *k, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(k, 'N', fmt, ap);
    va_end(ap);
}

void check_at(struct check *k, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(k, '@', fmt, ap);
    va_end(ap);
}

bool check_is(const struct check *k, const char *kinds)
{
    const char *kind = k->c->type->kind;
    size_t      n = strlen(kind);

    for (const char *at = strstr(kinds, kind); at; at = strstr(at + 1, kind))
        if ((at == kinds || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return true;
    return false;
}

bool check_promises(const struct check *k, uint32_t flag)
{
    return k->c->type->desc->flags & flag;
}
