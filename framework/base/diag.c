/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/diag.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* The code of an entry that did not get one: what kind of trouble it is. */
static const char *const class_codes[] = {
    [0] = "error",
    [DIAG_RUN] = "run",
    [DIAG_USAGE] = "usage",
    [DIAG_FILE] = "file",
    [DIAG_PLUGIN] = "plugin",
    [DIAG_DATA] = "data",
    [DIAG_DIVERGED] = "diverged",
    [DIAG_MISSED] = "missed",
};

void diag_init(struct diag *d, struct arena *a)
{
    *d = (struct diag){ .arena = a, .class = DIAG_FILE };
}

static struct diag_entry *one_more(struct diag *d)
{
    if (d->n == d->room) {
        size_t room = d->room ? 2 * d->room : 8;
        d->entries = arena_grow(d->arena, d->entries, d->n, room, sizeof *d->entries);
        d->room = room;
    }
    return &d->entries[d->n++];
}

/* Names and cells of files come into messages, and a long one may have been cut in the
 * middle of a letter: what is said is UTF-8 all the same. */
static __attribute__((format(printf, 2, 0))) const char *
vprint(struct diag *d, const char *fmt, va_list ap)
{
    char *text = arena_vprintf(d->arena, fmt, ap);

    utf8_repair(text);
    return text;
}

static __attribute__((format(printf, 5, 0))) int
add(struct diag *d, enum severity severity, const struct at *at, const char *code,
    const char *fmt, va_list ap)
{
    struct diag_entry *e = one_more(d);

    *e = (struct diag_entry){
        .severity = severity,
        .class = d->class,
        .code = code ? code : class_codes[d->class],
    };
    e->text = vprint(d, fmt, ap);
    if (at)
        e->at = *at;
    d->errors += severity == DIAG_ERROR;
    return -1;
}

int diag_error(struct diag *d, const struct at *at, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    int rc = add(d, DIAG_ERROR, at, NULL, fmt, ap);
    va_end(ap);
    return rc;
}

int diag_code(struct diag *d, const struct at *at, const char *code, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    int rc = add(d, DIAG_ERROR, at, code, fmt, ap);
    va_end(ap);
    return rc;
}

int diag_warn(struct diag *d, const struct at *at, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    int rc = add(d, DIAG_WARNING, at, "warning", fmt, ap);
    va_end(ap);
    return rc;
}

static const int machines[] = { ENOMEM, EMFILE, ENFILE, EIO, ENOSPC, EDQUOT, EINTR };

bool diag_machine(int why)
{
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (machines[i] == why)
            return true;
    return false;
}

bool diag_machine_text(const char *text)
{
    if (strstr(text, "out of memory") || strstr(text, "no memory"))
        return true;
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (strcasestr(text, strerror(machines[i])))
            return true;
    return false;
}

/* Of the process, as many a diag is asked only whether it went well, and then forgotten:
 * what could not be read for such a reason would look as if it were not there. */
static struct {
    bool taken, whole; /* text is being written, has been */
    char text[300];
} lost;

static void remember(const char *text)
{
    if (__atomic_exchange_n(&lost.taken, true, __ATOMIC_ACQ_REL))
        return;
    snprintf(lost.text, sizeof lost.text, "%s", text);
    utf8_repair(lost.text);
    __atomic_store_n(&lost.whole, true, __ATOMIC_RELEASE);
}

void diag_lost(int why, const char *what)
{
    char text[sizeof lost.text];

    if (!diag_machine(why))
        return;
    snprintf(text, sizeof text, "%s: %s", what, strerror(why));
    remember(text);
}

const char *diag_unsaid(void)
{
    return __atomic_load_n(&lost.whole, __ATOMIC_ACQUIRE) ? lost.text : NULL;
}

void diag_said(void)
{
    lost.whole = false;
    __atomic_store_n(&lost.taken, false, __ATOMIC_RELEASE);
}

void diag_blame_machine(struct diag *d)
{
    d->entries[d->n - 1].class = DIAG_RUN;
    d->entries[d->n - 1].machine = true;
    remember(d->entries[d->n - 1].text);
}

int diag_system(struct diag *d, const struct at *at, int why, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    char *text = arena_vprintf(d->arena, fmt, ap);
    va_end(ap);
    diag_error(d, at, "%s: %s", text, strerror(why));
    if (diag_machine(why))
        diag_blame_machine(d);
    return -1;
}

int diag_memory(struct diag *d, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add(d, DIAG_ERROR, NULL, NULL, fmt, ap);
    va_end(ap);
    diag_blame_machine(d);
    return -1;
}

void diag_note(struct diag *d, const char *fmt, ...)
{
    va_list ap;

    if (!d->n)
        return;
    struct diag_entry *e = &d->entries[d->n - 1];
    for (size_t i = 0; i < sizeof e->notes / sizeof e->notes[0]; i++)
        if (!e->notes[i]) {
            va_start(ap, fmt);
            e->notes[i] = vprint(d, fmt, ap);
            va_end(ap);
            return;
        }
}

void diag_fix(struct diag *d, const char *replacement)
{
    if (d->n && replacement)
        d->entries[d->n - 1].fix = arena_strdup(d->arena, replacement);
}

void diag_move(struct diag *to, struct diag *from)
{
    for (size_t i = 0; i < from->n; i++)
        *one_more(to) = from->entries[i];
    to->errors += from->errors;
    from->n = from->errors = 0;
}

int diag_exit(const struct diag *d)
{
    int first = 0;

    for (size_t i = 0; i < d->n; i++) {
        if (d->entries[i].machine)
            return DIAG_RUN;
        if (!first && d->entries[i].severity == DIAG_ERROR)
            first = (int)d->entries[i].class;
    }
    return first;
}

static int by_number(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int by_place(const struct at *a, const struct at *b)
{
    int c = by_number(a->source != NULL, b->source != NULL);

    if (!c && a->source)
        c = strcmp(a->source->name, b->source->name);
    if (!c && a->source)
        c = by_number(a->line, b->line);
    if (!c && a->source)
        c = by_number(a->column, b->column);
    return c;
}

/* Bottom-up merge: stable, so that entries at one place keep the order they were found
 * in. */
static void merge(const struct diag_entry *from, struct diag_entry *to, size_t n,
                  size_t half)
{
    for (size_t low = 0; low < n; low += 2 * half) {
        size_t mid = low + half < n ? low + half : n;
        size_t end = mid + half < n ? mid + half : n;

        for (size_t i = low, j = mid, k = low; k < end; k++) {
            bool left = i < mid && (j == end || by_place(&from[i].at, &from[j].at) <= 0);
            to[k] = left ? from[i++] : from[j++];
        }
    }
}

static bool said_before(const struct diag *d, size_t n, const struct diag_entry *e)
{
    for (size_t i = n; i-- > 0 && !by_place(&d->entries[i].at, &e->at);)
        if (d->entries[i].severity == e->severity && !strcmp(d->entries[i].text, e->text))
            return true;
    return false;
}

void diag_sort(struct diag *d)
{
    struct diag_entry *other = arena_array(d->arena, d->room, sizeof *other);
    size_t             n = 0;

    for (size_t half = 1; half < d->n; half *= 2) {
        struct diag_entry *sorted = other;
        merge(d->entries, sorted, d->n, half);
        other = d->entries;
        d->entries = sorted;
    }
    for (size_t i = 0; i < d->n; i++) {
        if (!said_before(d, n, &d->entries[i]))
            d->entries[n++] = d->entries[i];
        else
            d->errors -= d->entries[i].severity == DIAG_ERROR;
    }
    d->n = n;
}

enum { LONGEST = 64 }; /* letters; nothing worth suggesting is longer */

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* One spelling for what people mix up: RELU, leaky-relu. */
static int fold(char c)
{
    return c == '-' ? '_' : tolower((unsigned char)c);
}

/* Damerau-Levenshtein distance in its restricted form (no piece is edited twice). */
static int distance(const char *a, int n, const char *b, int m)
{
    int row[3][LONGEST + 1]; /* rows i - 2, i - 1, i, taking turns */

    for (int j = 0; j <= m; j++)
        row[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = row[i % 3], *up = row[(i + 2) % 3], *before = row[(i + 1) % 3];

        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int same = fold(a[i - 1]) == fold(b[j - 1]);

            now[j] = least(least(up[j], now[j - 1]) + 1, up[j - 1] + !same);
            if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
                fold(a[i - 2]) == fold(b[j - 1]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

const char *diag_nearest(const char *word, const char *const *candidates)
{
    size_t      n = strlen(word);
    const char *best = NULL;

    if (!n || n > LONGEST)
        return NULL;
    int limit = n < 6 ? 1 : (int)n / 3;
    if (limit >= (int)n)
        limit = (int)n - 1; /* at least one letter in common */
    for (; *candidates; candidates++) {
        size_t m = strlen(*candidates);

        if (m > LONGEST || m + (size_t)limit < n || n + (size_t)limit < m)
            continue;
        int off = distance(word, (int)n, *candidates, (int)m);
        if (off <= limit) { /* of equally near ones the first */
            best = *candidates;
            limit = off - 1;
        }
    }
    return best;
}
