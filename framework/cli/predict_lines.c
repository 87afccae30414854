/* SPDX-License-Identifier: MIT */
/*
 * The first record goes in front of each text that is answered. If it has the names of
 * columns, the others need it; else it is a row, whose answer is dropped again, and keeps
 * a lone row from being computed by another kernel than rows in company: an answer does
 * not depend on how fast the lines come.
 */
#include <config.h>
#include "cli/predict_lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };

/* ---- bytes ---- */

/* Waits for at least one byte. */
static int more(struct predict_lines *l, struct diag *d)
{
    if (l->room - l->n < PIECE) {
        char *grown = realloc(l->buf, 2 * l->room + PIECE + 1);
        if (!grown)
            return diag_memory(d, "-: no memory for %zu bytes", l->room + PIECE);
        l->buf = grown;
        l->room = 2 * l->room + PIECE;
    }
    ssize_t got;
    do
        got = read(l->fd, l->buf + l->n, l->room - l->n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return diag_system(d, NULL, errno, "-: cannot be read");
    l->over = got == 0;
    l->n += (size_t)got;
    l->buf[l->n] = 0;
    return 0;
}

static bool is_waiting(const struct predict_lines *l)
{
    struct pollfd p = { .fd = l->fd, .events = POLLIN };

    return !l->over && poll(&p, 1, 0) > 0;
}

static bool is_text(const char *bytes, size_t n)
{
    static const char *const others[] = { "\x93NUMPY", "PK\3\4", "\x1f\x8b", "\x89PNG",
                                          "\xff\xd8" };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strncmp(bytes, others[i], strlen(others[i])) == 0)
            return false;
    return !memchr(bytes, 0, n);
}

int predict_lines_open(struct predict_lines *l, struct diag *d)
{
    l->line = 1;
    while (l->n < 8 && !l->over && !(l->n && memchr(l->buf, '\n', l->n)))
        if (more(l, d))
            return -1;
    if (is_text(l->buf, l->n)) {
        const char *p = l->buf + (strncmp(l->buf, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
        p += strspn(p, " \t\r\n");
        l->json = *p == '[' || *p == '{';
        return 1;
    }
    while (!l->over)
        if (more(l, d))
            return -1;
    return 0;
}

/* ---- records ---- */

/* Where the record that begins at `from` ends, behind its line end; 0: not yet known. In
 * CSV a line end between quotes ends nothing. Blank lines belong to the record behind. */
static size_t end_of(const struct predict_lines *l, size_t from)
{
    bool quoted = false, any = false;

    for (size_t i = from; i < l->n; i++) {
        char c = l->buf[i];
        quoted ^= c == '"' && !l->json;
        if (c == '\n' && !quoted && any)
            return i + 1;
        any |= c != '\n' && c != '\r' && c != ' ' && c != '\t';
    }
    return l->over && any ? l->n : 0;
}

/* How far the records go that can be answered now: at least one, and no more than are
 * there without waiting. *end is `from` when the input is over. */
static int gather(struct predict_lines *l, size_t from, size_t *end, struct diag *d)
{
    size_t n = 0, next;

    *end = from;
    while (n < l->most) {
        next = end_of(l, *end);
        if (next) {
            *end = next;
            n++;
        } else if (l->over || (n && !is_waiting(l))) {
            return 0;
        } else if (more(l, d)) {
            return -1;
        }
    }
    return 0;
}

static size_t lines_in(const char *text, size_t n)
{
    size_t lines = 0;

    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    return lines;
}

/* ---- answers ---- */

struct first { /* record, without its line end */
    char  *text;
    size_t n;
    int    skip; /* 1: it is a row, 0: a line of names */
};

/* The first record, `blank` empty lines, and those from at to end. */
static int put(const struct predict_lines *l, const struct first *first, size_t blank,
               size_t end, int skip, struct diag *d)
{
    size_t lead = first ? first->n + 1 + blank : 0, n = lead + end - l->at;
    char  *text = malloc(n + 1);

    if (!text)
        return diag_memory(d, "-: no memory for %zu bytes", n);
    if (first) {
        memset(text, '\n', lead);
        memcpy(text, first->text, first->n);
    }
    memcpy(text + lead, l->buf + l->at, end - l->at);
    text[n] = 0;
    return l->answer(l->arg, text, n, skip, d);
}

/* Without a word of what is wrong, which may be in a line behind others that are right.
 * What is to be known of the input in general is said once. */
static int try(const struct predict_lines *l, const struct first *first, size_t end,
               struct diag *d)
{
    struct diag quiet;

    diag_init(&quiet, d->arena);
    quiet.class = d->class;
    int rc = put(l, first, 0, end, first->skip, &quiet);
    if (!rc && l->line <= 2)
        diag_move(d, &quiet);
    return rc;
}

/* Once more, with the line where it came: blank ones stand for those that were answered.
 */
static int tell(const struct predict_lines *l, const struct first *first, size_t end,
                struct diag *d)
{
    return l->line == 1 ? put(l, NULL, 0, end, 0, d)
                        : put(l, first, l->line - 2, end, first->skip, d);
}

/* Is the first record a row? */
static int judge(struct predict_lines *l, struct first *first, size_t end, struct diag *d)
{
    struct arena scrap = { 0 };
    struct diag  quiet;

    first->n = end - l->at;
    while (first->n && strchr("\r\n", l->buf[l->at + first->n - 1]))
        first->n--;
    first->text = malloc(first->n + 1);
    if (!first->text)
        return diag_memory(d, "-: no memory for its first line");
    memcpy(first->text, l->buf + l->at, first->n);
    first->text[first->n] = 0;
    diag_init(&quiet, &scrap);
    first->skip = l->json || put(l, NULL, 0, end, -1, &quiet) == 0;
    arena_close(&scrap);
    return 0;
}

int predict_lines(struct predict_lines *l, struct diag *d)
{
    struct first first = { 0 };
    size_t       end, most = l->most;

    l->most = 1;
    int rc = gather(l, 0, &end, d) || (end && judge(l, &first, end, d)) ? -1 : 0;
    l->most = most;
    if (!rc && !first.skip && end) { /* names: they wait for a row */
        l->line += lines_in(l->buf, end);
        l->at = end;
        rc = gather(l, l->at, &end, d);
    }
    if (!rc && end == l->at) /* nothing, or names alone */
        rc = l->at ? (l->at = 0, put(l, NULL, 0, end, 0, d)) : put(l, NULL, 0, 0, 0, d);
    while (!rc && end > l->at) {
        if (try(l, &first, end, d)) {
            if (l->most > 1) { /* one by one, so that the wrong one is alone */
                l->most = 1;
                rc = gather(l, l->at, &end, d);
                continue;
            }
            rc = tell(l, &first, end, d);
        }
        l->line += lines_in(l->buf + l->at, end - l->at);
        memmove(l->buf, l->buf + end, l->n - end + 1);
        l->n -= end;
        l->at = 0;
        rc = rc ? rc : gather(l, 0, &end, d);
    }
    free(first.text);
    return rc;
}
