/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/surroundings.h"

#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

unsigned surroundings_float_mode(void)
{
    unsigned mode = (unsigned)fegetround() << 16;

#if defined(__SSE__)
    mode |= __builtin_ia32_stmxcsr() & 0xffc0u; /* without the sticky bits */
#endif
    return mode;
}

/* FNV-1a over all of it; order counts. */
static uint64_t hash_environment(void)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (char **e = environ; e && *e; e++)
        for (const char *s = *e;; s++) {
            h = (h ^ (unsigned char)*s) * 0x100000001b3u;
            if (!*s)
                break;
        }
    return h;
}

void surroundings_take(struct surroundings *s)
{
    const char      *locale = setlocale(LC_ALL, NULL);
    struct sigaction action;

    memset(s, 0, sizeof *s);
    if (!getcwd(s->cwd, sizeof s->cwd))
        s->cwd[0] = 0;
    if (locale)
        memcpy(s->locale, locale, strnlen(locale, sizeof s->locale - 1));
    s->mask = umask(0);
    umask(s->mask);
    s->environment = hash_environment();
    for (int i = 1; i < 32; i++)
        if (!sigaction(i, NULL, &action))
            s->signals[i] = action.sa_handler;
    sigprocmask(SIG_SETMASK, NULL, &s->blocked);
    fegetenv(&s->floats);
    s->float_mode = surroundings_float_mode();
}

static void add(struct strbuf *out, const char *text)
{
    strbuf_printf(out, "%s%s", out->n ? "; " : "", text);
}

void surroundings_compare(const struct surroundings *a, const struct surroundings *b,
                          struct strbuf *out)
{
    if (strcmp(a->cwd, b->cwd) != 0)
        strbuf_printf(out, "changes the working directory to %s", b->cwd);
    if (strcmp(a->locale, b->locale) != 0) {
        add(out, "changes the locale to ");
        strbuf_puts(out, b->locale);
    }
    if (a->mask != b->mask) {
        add(out, "changes the umask to ");
        strbuf_printf(out, "%03o", (unsigned)b->mask);
    }
    if (a->environment != b->environment)
        add(out, "changes the environment variables");
    for (int i = 1; i < 32; i++)
        if (a->signals[i] != b->signals[i]) {
            add(out, "changes what happens at signal ");
            strbuf_printf(out, "%d", i);
            break;
        }
    if (memcmp(&a->blocked, &b->blocked, sizeof a->blocked) != 0)
        add(out, "changes the blocked signals");
    if (a->float_mode != b->float_mode)
        add(out, "changes the floating-point mode");
}

void surroundings_restore(const struct surroundings *s)
{
    struct surroundings now;

    surroundings_take(&now);
    if (strcmp(now.cwd, s->cwd) != 0 && *s->cwd && chdir(s->cwd))
        return; /* it is gone, and nobody could have kept it */
    if (strcmp(now.locale, s->locale) != 0)
        setlocale(LC_ALL, s->locale);
    umask(s->mask);
    if (now.float_mode != s->float_mode)
        fesetenv(&s->floats);
}
