/* SPDX-License-Identifier: MIT */
/*
 * Records of a text as RFC 4180 has them, one a line: a field may stand in quotes, in
 * which delimiters and line ends are text and "" is a quote; blanks around one without
 * quotes do not count, nor do empty lines at the end.
 *
 *   nnp_csv r;
 *
 *   nnp_csv_open(&r, text, n, ',');
 *   while ((rc = nnp_csv_read(&r)) == 1)
 *       use(r.field, r.n);
 *   if (rc < 0)
 *       refuse(r.line, r.why);
 *   nnp_csv_close(&r);
 *
 * Fields point into the text, which stays as it is. All records have as many fields as
 * the first one. Header only, C99 and C++.
 */
#ifndef NNPIPE_CSV_H
#define NNPIPE_CSV_H
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct nnp_csv_field { /* without its quotes; "" inside stays as it is */
    const char *at;
    size_t      n;
} nnp_csv_field;

typedef struct nnp_csv {
    const char *p, *end;
    char        delimiter;
    int64_t line, next;   /* of the record that was read, from 1, and of the one behind */
    nnp_csv_field *field; /* n of them, until the next record */
    size_t         n, room;
    char           why[96]; /* after -1 */
} nnp_csv;

/* The delimiter that a parameter means: one character that is in no number, or "tab";
 * else 0. */
static inline char nnp_csv_delimiter(const char *text)
{
    if (strcmp(text, "tab") == 0)
        return '\t';
    if (!*text || text[1] || strchr("\"\r\n+-.", *text) ||
        (*text >= '0' && *text <= '9') || ((*text | 32) >= 'a' && (*text | 32) <= 'z'))
        return 0;
    return *text;
}

/* A byte order mark is passed over. */
static inline void nnp_csv_open(nnp_csv *r, const char *text, size_t n, char delimiter)
{
    memset(r, 0, sizeof *r);
    r->p = text;
    r->end = text + n;
    r->delimiter = delimiter;
    r->line = r->next = 1;
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        r->p += 3;
}

static inline void nnp_csv_close(nnp_csv *r)
{
    free(r->field);
    r->field = NULL;
}

static inline int nnp_csv_refuse(nnp_csv *r, const char *why)
{
    snprintf(r->why, sizeof r->why, "%s", why);
    return -1;
}

static inline int nnp_csv_at_line_end(const nnp_csv *r)
{
    return r->p < r->end && (*r->p == '\n' || *r->p == '\r');
}

static inline void nnp_csv_skip_blanks(nnp_csv *r)
{
    while (r->p < r->end && *r->p == ' ' && r->delimiter != ' ')
        r->p++;
}

static inline int nnp_csv_quoted(nnp_csv *r, nnp_csv_field *f)
{
    f->at = ++r->p;
    for (;; r->p++) {
        if (r->p >= r->end || !*r->p)
            return nnp_csv_refuse(r, r->p < r->end ? "a byte 0: this is no text"
                                                   : "a quote is never closed");
        if (*r->p == '"' && (r->p + 1 >= r->end || r->p[1] != '"'))
            break;
        r->next += *r->p == '\n';
        r->p += *r->p == '"';
    }
    f->n = (size_t)(r->p++ - f->at);
    nnp_csv_skip_blanks(r);
    return 0;
}

static inline int nnp_csv_plain(nnp_csv *r, nnp_csv_field *f)
{
    f->at = r->p;
    while (r->p < r->end && *r->p != r->delimiter && !nnp_csv_at_line_end(r)) {
        if (*r->p == '"' || !*r->p)
            return nnp_csv_refuse(
                r, *r->p ? "a quote inside a field that does not start with one"
                         : "a byte 0: this is no text");
        r->p++;
    }
    f->n = (size_t)(r->p - f->at);
    while (f->n && f->at[f->n - 1] == ' ')
        f->n--;
    return 0;
}

/* *last: the record ends behind this field. */
static inline int nnp_csv_next_field(nnp_csv *r, nnp_csv_field *f, int *last)
{
    int rc;

    nnp_csv_skip_blanks(r);
    rc = r->p < r->end && *r->p == '"' ? nnp_csv_quoted(r, f) : nnp_csv_plain(r, f);
    if (rc)
        return rc;
    *last = r->p >= r->end || nnp_csv_at_line_end(r);
    if (!*last && *r->p != r->delimiter)
        return nnp_csv_refuse(r, "text behind a closing quote");
    if (nnp_csv_at_line_end(r)) {
        r->next++;
        r->p += r->end - r->p > 1 && r->p[0] == '\r' && r->p[1] == '\n' ? 2 : 1;
    } else {
        r->p += !*last;
    }
    return 0;
}

/* A first record may have any number of fields, so room is made while it is read. */
static inline int nnp_csv_keep(nnp_csv *r, size_t n, const nnp_csv_field *f)
{
    if (n >= r->room && !r->n) {
        size_t room = n ? 2 * n : 16;
        void  *more = realloc(r->field, room * sizeof *f);

        if (!more)
            return nnp_csv_refuse(r, "out of memory");
        r->field = (nnp_csv_field *)more;
        r->room = room;
    }
    if (n < r->room)
        r->field[n] = *f;
    return 0;
}

/* 1: field[0..n) is the next record; 0: there is none; -1: `why` says what is wrong. */
static inline int nnp_csv_read(nnp_csv *r)
{
    const char *p = r->p;
    size_t      n = 0;
    int         last = 0;

    r->line = r->next;
    while (p < r->end && (*p == '\n' || *p == '\r'))
        p++;
    if (p >= r->end)
        return 0;
    for (; !last; n++) {
        nnp_csv_field f;

        if (nnp_csv_next_field(r, &f, &last) || nnp_csv_keep(r, n, &f))
            return -1;
    }
    if (!r->n || n == r->n) {
        r->n = n;
        return 1;
    }
    snprintf(r->why, sizeof r->why, "fields: %zu, the first line has %zu", n, r->n);
    return -1;
}

/* NaN: not written as a decimal number. A 0 byte must stand behind the text. */
static inline double nnp_csv_number(const nnp_csv_field *f)
{
    char  *end;
    double v;

    for (size_t i = 0; i < f->n; i++)
        if (!strchr("0123456789+-.eE", f->at[i]))
            return (double)NAN;
    v = strtod(f->at, &end);
    return f->n && end == f->at + f->n ? v : (double)NAN;
}

/* ---- names of columns: the first record, each with a 0 behind it, as one text ---- */

enum {
    NNP_CSV_AUTO,
    NNP_CSV_NAMES,
    NNP_CSV_NO_NAMES
}; /* AUTO: names if none is a number */

/* As nnp_csv_read. *names is malloc'd, or NULL: the record is a row and will come again.
 */
static inline int nnp_csv_header(nnp_csv *r, int mode, char **names)
{
    const char *p = r->p;
    size_t      bytes = 0, numbers = 0;
    char       *to;
    int         rc = nnp_csv_read(r);

    *names = NULL;
    for (size_t i = 0; rc == 1 && i < r->n; i++) {
        numbers += !isnan(nnp_csv_number(&r->field[i]));
        bytes += r->field[i].n + 1;
    }
    if (rc == 1 && (mode == NNP_CSV_NO_NAMES || (mode == NNP_CSV_AUTO && numbers))) {
        r->p = p;
        r->next = 1;
        return 1;
    }
    to = rc == 1 ? (char *)calloc(bytes, 1) : NULL;
    if (!to)
        return rc == 1 ? nnp_csv_refuse(r, "out of memory") : rc;
    *names = to;
    for (size_t i = 0; i < r->n; to += r->field[i++].n + 1)
        memcpy(to, r->field[i].at, r->field[i].n);
    return 1;
}

static inline const char *nnp_csv_name(const char *names, size_t column)
{
    while (names && column--)
        names += strlen(names) + 1;
    return names;
}

/* The column of that name, of n; n: none is called so. */
static inline size_t nnp_csv_find(const char *names, size_t n, const char *name)
{
    size_t i = 0;

    while (names && i < n && strcmp(nnp_csv_name(names, i), name) != 0)
        i++;
    return names ? i : n;
}

/* ---- labels: text or numbers, which become classes 0, 1, ... in their order ---- */

typedef struct nnp_csv_label {
    nnp_csv_field text;
    double        number; /* or NaN */
    size_t        row;
} nnp_csv_label;

static inline int nnp_csv_by_text(const void *a, const void *b)
{
    const nnp_csv_field *x = &((const nnp_csv_label *)a)->text;
    const nnp_csv_field *y = &((const nnp_csv_label *)b)->text;
    int                  way = memcmp(x->at, y->at, x->n < y->n ? x->n : y->n);

    return way ? way : (x->n > y->n) - (x->n < y->n);
}

static inline int nnp_csv_by_number(const void *a, const void *b)
{
    double x = ((const nnp_csv_label *)a)->number, y = ((const nnp_csv_label *)b)->number;

    return (x > y) - (x < y);
}

/* Sorts them, by number if all are numbers, and returns how many classes there are;
 * `class_of` row by row, or NULL. */
static inline size_t nnp_csv_classes(nnp_csv_label *l, size_t n, float *class_of,
                                     size_t step)
{
    int (*order)(const void *, const void *) = nnp_csv_by_number;
    size_t classes = 0;

    for (size_t i = 0; i < n; i++)
        order = isnan(l[i].number) ? nnp_csv_by_text : order;
    qsort(l, n, sizeof *l, order);
    for (size_t i = 0; i < n; i++) {
        classes += i == 0 || order(&l[i - 1], &l[i]) != 0;
        if (class_of)
            class_of[l[i].row * step] = (float)(classes - 1);
    }
    return classes;
}
#endif
