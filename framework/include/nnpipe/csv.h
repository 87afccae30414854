/* SPDX-License-Identifier: MIT */
/*
 * Records of a text as RFC 4180 has them, one a line: a field may stand in quotes, in
 * which delimiters and line ends are text and "" is a quote; blanks around one without
 * quotes do not count, nor do empty lines. A line ends with LF, CR LF or CR. If blanks are
 * the delimiter, any number of them is one.
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
 * the first one. labels.h makes classes of labels. Header only, C99 and C++.
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
    int         quoted;
} nnp_csv_field;

typedef struct nnp_csv {
    const char *p, *end;
    char        delimiter;
    int64_t line, next;   /* of the record that was read, from 1, and of the one behind */
    nnp_csv_field *field; /* n of them, until the next record */
    size_t         n, room;
    char           why[400]; /* after -1 */
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

/* The delimiter of a text whose first line with something in it has the usual one, or else
 * one of the others; blanks where more than one column is wanted. */
static inline char nnp_csv_guess(const char *text, size_t n, char usual, size_t columns)
{
    static const char others[] = ",\t; ";
    char              seen[5] = { 0 };
    int               quoted = 0, begun = 0;

    for (size_t i = 0; i < n; i++) {
        const char *k = quoted || !text[i] ? NULL : strchr(others, text[i]);

        if (!quoted && (text[i] == '\n' || text[i] == '\r')) {
            if (begun)
                break;
            memset(seen, 0, sizeof seen);
            continue;
        }
        if (!quoted && text[i] == usual && usual != ' ' && usual != '\t')
            return usual;
        quoted ^= text[i] == '"';
        begun |= text[i] != ' ' && text[i] != '\t';
        if (k)
            seen[k - others] = 1;
    }
    if (usual == '\t' && seen[1])
        return usual;
    for (int k = 0; k < (columns > 1 ? 4 : 3); k++)
        if (seen[k])
            return others[k];
    return usual;
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

static inline int nnp_csv_is_blank(const nnp_csv *r)
{
    return *r->p == ' ' || (*r->p == '\t' && r->delimiter != '\t');
}

static inline void nnp_csv_skip_blanks(nnp_csv *r)
{
    while (r->p < r->end && nnp_csv_is_blank(r))
        r->p++;
}

/* Past the end of a line, which is two bytes if it is CR LF. */
static inline void nnp_csv_end_line(nnp_csv *r)
{
    r->next++;
    r->p += r->end - r->p > 1 && r->p[0] == '\r' && r->p[1] == '\n' ? 2 : 1;
}

static inline int nnp_csv_quoted(nnp_csv *r, nnp_csv_field *f)
{
    f->at = ++r->p;
    f->quoted = 1;
    for (;; r->p++) {
        if (r->p >= r->end || !*r->p)
            return nnp_csv_refuse(r, r->p < r->end ? "a byte 0: this is no text"
                                                   : "a quote is never closed");
        if (*r->p == '"' && (r->p + 1 >= r->end || r->p[1] != '"'))
            break;
        r->next += *r->p == '\n' || (*r->p == '\r' && r->p[1] != '\n');
        r->p += *r->p == '"';
    }
    f->n = (size_t)(r->p++ - f->at);
    nnp_csv_skip_blanks(r);
    return 0;
}

static inline int nnp_csv_in_field(const nnp_csv *r)
{
    return r->p < r->end && *r->p != r->delimiter && !nnp_csv_at_line_end(r) &&
           (r->delimiter != ' ' || *r->p != '\t');
}

static inline int nnp_csv_plain(nnp_csv *r, nnp_csv_field *f)
{
    f->at = r->p;
    f->quoted = 0;
    for (; nnp_csv_in_field(r); r->p++)
        if (*r->p == '"' || !*r->p)
            return nnp_csv_refuse(
                r, *r->p ? "a quote inside a field that does not start with one"
                         : "a byte 0: this is no text");
    f->n = (size_t)(r->p - f->at);
    while (f->n && (f->at[f->n - 1] == ' ' || f->at[f->n - 1] == '\t'))
        f->n--;
    if (r->delimiter == ' ')
        nnp_csv_skip_blanks(r);
    return 0;
}

/* *last: the record ends behind this field. */
static inline int nnp_csv_next_field(nnp_csv *r, nnp_csv_field *f, int *last)
{
    int rc;

    nnp_csv_skip_blanks(r);
    const char *from = r->p;
    rc = r->p < r->end && *r->p == '"' ? nnp_csv_quoted(r, f) : nnp_csv_plain(r, f);
    if (rc)
        return rc;
    *last = r->p >= r->end || nnp_csv_at_line_end(r);
    if (*last && r->p < r->end)
        nnp_csv_end_line(r);
    else if (!*last && r->delimiter == ' ' && r->p > from && r->p[-1] != '"')
        return 0;
    else if (!*last && *r->p != r->delimiter)
        return nnp_csv_refuse(r, "text behind a closing quote");
    else
        r->p += !*last;
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

/* Past lines with nothing but blanks; a delimiter among them makes a record. */
static inline void nnp_csv_skip_lines(nnp_csv *r)
{
    for (;;) {
        const char *p = r->p;

        nnp_csv_skip_blanks(r);
        if (!nnp_csv_at_line_end(r)) {
            r->p = r->p < r->end ? p : r->end;
            return;
        }
        nnp_csv_end_line(r);
    }
}

/* 1: field[0..n) is the next record; 0: there is none; -1: `why` says what is wrong. */
static inline int nnp_csv_read(nnp_csv *r)
{
    size_t n = 0;
    int    last = 0;

    nnp_csv_skip_lines(r);
    r->line = r->next;
    if (r->p >= r->end)
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

/* ---- fields ---- */

/* A number of few digits: a whole number and a power of ten that a double holds exactly, so
 * that one rounding is all there is, as with strtod. 0: it is none of those. */
static inline int nnp_csv_short_number(const nnp_csv_field *f, double *v)
{
    static const double ten[] = { 1,   1e1, 1e2, 1e3, 1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    const char         *p = f->at, *end = p + f->n;
    uint64_t            whole = 0;
    size_t              digits = 0, behind = 0;
    int                 minus = p < end && *p == '-', point = 0;

    for (p += minus; p < end; p++) {
        if (*p == '.' && !point) {
            point = 1;
            continue;
        }
        if (*p < '0' || *p > '9')
            return 0;
        whole = 10 * whole + (uint64_t)(*p - '0');
        behind += (size_t)point;
        if (++digits > 15)
            return 0;
    }
    *v = (minus ? -(double)whole : (double)whole) / ten[behind];
    return digits > 0;
}

/* NaN: not written as a decimal number. A 0 byte must stand behind the text. */
static inline double nnp_csv_number(const nnp_csv_field *f)
{
    char  *end;
    double v;

    if (nnp_csv_short_number(f, &v))
        return v;
    for (size_t i = 0; i < f->n; i++) {
        char c = f->at[i];

        if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && (c | 32) != 'e')
            return (double)NAN;
    }
    v = strtod(f->at, &end);
    return f->n && end == f->at + f->n ? v : (double)NAN;
}

/* Does it stand for a value that is not there? In quotes it is a word like any other. */
static inline int nnp_csv_is_missing(const nnp_csv_field *f)
{
    static const char *const words[] = { "?",    "na",   "n/a",  "nan",
                                         "none", "null", "#n/a", "<na>" };

    for (size_t i = 0; !f->quoted && i < sizeof words / sizeof *words; i++) {
        size_t k = 0;

        while (k < f->n && words[i][k] &&
               (f->at[k] == words[i][k] || (f->at[k] | 32) == words[i][k]))
            k++;
        if (k == f->n && !words[i][k])
            return 1;
    }
    return f->n == 0;
}

/* The field's text without doubled quotes and with a 0 behind it: n + 1 bytes at most.
 * Returns where the 0 stands. */
static inline char *nnp_csv_text(const nnp_csv_field *f, char *to)
{
    for (size_t i = 0; i < f->n; i++) {
        *to++ = f->at[i];
        i += f->quoted && f->at[i] == '"';
    }
    *to = 0;
    return to;
}

static inline int nnp_csv_is(const nnp_csv_field *f, const char *text)
{
    size_t i = 0;

    for (; i < f->n && *text == f->at[i] && *text; i++, text++)
        i += f->quoted && *text == '"';
    return i == f->n && !*text;
}

/* ---- names of columns: the first record ---- */

typedef struct nnp_csv_names {
    char  **name; /* n of them, malloc'd with their text; NULL: the columns have none */
    size_t *sorted;
    size_t  n;
} nnp_csv_names;

enum {
    NNP_CSV_AUTO, /* names if none is a number */
    NNP_CSV_NAMES,
    NNP_CSV_NO_NAMES
};

static inline void nnp_csv_names_close(nnp_csv_names *names)
{
    free(names->name);
    free(names->sorted);
    names->name = NULL;
    names->sorted = NULL;
}

static inline int nnp_csv_by_name(const void *a, const void *b)
{
    char *const *x = *(char *const *const *)a, *const *y = *(char *const *const *)b;
    int          way = strcmp(*x, *y);

    return way ? way : (x > y) - (x < y);
}

/* So that a name is found without a look at all the others. */
static inline int nnp_csv_sort_names(nnp_csv_names *names)
{
    char ***order = (char ***)malloc(names->n * sizeof *order);

    names->sorted = (size_t *)malloc(names->n * sizeof *names->sorted);
    for (size_t i = 0; order && i < names->n; i++)
        order[i] = &names->name[i];
    if (order && names->sorted)
        qsort(order, names->n, sizeof *order, nnp_csv_by_name);
    for (size_t i = 0; order && names->sorted && i < names->n; i++)
        names->sorted[i] = (size_t)(order[i] - names->name);
    free(order);
    return order && names->sorted ? 0 : -1;
}

/* The names that stand in n fields, and their order. -1: no memory. */
static inline int nnp_csv_names_of(const nnp_csv_field *field, size_t n,
                                   nnp_csv_names *names)
{
    size_t bytes = 0;
    char  *to;

    for (size_t i = 0; i < n; i++)
        bytes += field[i].n + 1;
    names->n = n;
    names->sorted = NULL;
    names->name = (char **)malloc(n * sizeof *names->name + bytes);
    if (!names->name)
        return -1;
    to = (char *)(names->name + n);
    for (size_t i = 0; i < n; i++) {
        names->name[i] = to;
        to = nnp_csv_text(&field[i], to) + 1;
    }
    return nnp_csv_sort_names(names);
}

/* As nnp_csv_read: the first record. names->name NULL: it is a row and will come again. */
static inline int nnp_csv_header(nnp_csv *r, int mode, nnp_csv_names *names)
{
    nnp_csv at = *r;
    size_t  numbers = 0;
    int     rc = nnp_csv_read(r);

    memset(names, 0, sizeof *names);
    names->n = r->n;
    for (size_t i = 0; rc == 1 && i < r->n; i++)
        numbers += !isnan(nnp_csv_number(&r->field[i]));
    if (rc == 1 && (mode == NNP_CSV_NO_NAMES || (mode == NNP_CSV_AUTO && numbers))) {
        r->p = at.p;
        r->next = at.next;
        return 1;
    }
    if (rc == 1 && nnp_csv_names_of(r->field, r->n, names))
        return nnp_csv_refuse(r, "out of memory");
    return rc;
}

static inline const char *nnp_csv_name(const nnp_csv_names *names, size_t column)
{
    return names->name && column < names->n ? names->name[column] : NULL;
}

/* The first column of that name; names->n: none is called so. *twice: there are more. */
static inline size_t nnp_csv_find(const nnp_csv_names *names, const char *name, int *twice)
{
    size_t low = 0, high = names->name ? names->n : 0;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (strcmp(names->name[names->sorted[mid]], name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    *twice = 0;
    if (!names->name || low == names->n ||
        strcmp(names->name[names->sorted[low]], name) != 0)
        return names->n;
    *twice = low + 1 < names->n &&
             strcmp(names->name[names->sorted[low + 1]], name) == 0;
    return names->sorted[low];
}

/* ---- letters ---- */

/* The bytes of the first letter in UTF-8; 0: they are none. */
static inline size_t nnp_csv_letter(const unsigned char *p, size_t n)
{
    size_t more = (size_t)(*p >= 0xc2) + (*p >= 0xe0) + (*p >= 0xf0);

    if ((*p >= 0x80 && *p < 0xc2) || *p > 0xf4 || more >= n)
        return 0;
    for (size_t i = 1; i <= more; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) ||
        (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] > 0x8f))
        return 0;
    return more + 1;
}

static inline int nnp_csv_is_utf8(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;

    for (size_t i = 0, k; i < n; i += k) {
        k = p[i] < 0x80 ? 1 : nnp_csv_letter(p + i, n - i);
        if (!k)
            return 0;
    }
    return 1;
}

/* Latin-1 as UTF-8, malloc'd, with a 0 behind it; NULL: no memory. */
static inline char *nnp_csv_from_latin1(const char *text, size_t n, size_t *size)
{
    char *to = (char *)malloc(2 * n + 1), *at = to;

    for (size_t i = 0; to && i < n; i++) {
        unsigned char b = (unsigned char)text[i];

        if (b >= 0x80)
            *at++ = (char)(0xc0 | b >> 6);
        *at++ = (char)(b >= 0x80 ? 0x80 | (b & 0x3f) : b);
    }
    if (to)
        *at = 0;
    *size = (size_t)(at - to);
    return to;
}

/* At most so many bytes of a field, no letter cut in two: for messages. */
static inline size_t nnp_csv_cut(const nnp_csv_field *f, size_t most)
{
    size_t n = f->n < most ? f->n : most;

    while (n && n < f->n && ((unsigned char)f->at[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/* ---- rows that are given to a model that knows its columns ---- */

typedef struct nnp_csv_wanted {
    const char *const *name;  /* of the numbers of a row, in their order; NULL: none */
    const size_t      *place; /* their columns in the file of the training, or NULL */
    size_t             n, n_file; /* as many columns has that */
} nnp_csv_wanted;

/* The names if they are those of a header: all that are wanted are there, or no field is a
 * number. */
static inline int nnp_csv_by_names(nnp_csv *r, const nnp_csv_wanted *w, size_t *at)
{
    nnp_csv_names names;
    const char   *missing = NULL, *doubled = NULL;
    size_t        numbers = 0;
    int           twice;

    for (size_t i = 0; i < r->n; i++)
        numbers += !isnan(nnp_csv_number(&r->field[i]));
    if (!w->name)
        return 0;
    if (numbers == r->n && r->n != w->n_file)
        return 0; /* names that are numbers, but of another file */
    if (nnp_csv_names_of(r->field, r->n, &names)) {
        nnp_csv_names_close(&names);
        return nnp_csv_refuse(r, "out of memory");
    }
    for (size_t k = 0; k < w->n; k++) {
        at[k] = nnp_csv_find(&names, w->name[k], &twice);
        missing = at[k] == r->n && !missing ? w->name[k] : missing;
        doubled = twice ? w->name[k] : doubled;
    }
    nnp_csv_names_close(&names);
    if (missing && numbers)
        return 0;
    if (doubled)
        snprintf(r->why, sizeof r->why, "two columns are called '%.100s'", doubled);
    else if (missing)
        snprintf(r->why, sizeof r->why, "no column is called '%.100s'", missing);
    return doubled || missing ? -1 : 1;
}

/* As nnp_csv_read: finds out of the first record in which field at[k] each wanted number
 * stands; a header is passed over. By names; without them as in the file of the training,
 * or one behind the other. */
static inline int nnp_csv_match(nnp_csv *r, const nnp_csv_wanted *w, size_t *at)
{
    nnp_csv before = *r;
    int     rc = nnp_csv_read(r), in_file = w->place && r->n == w->n_file;

    if (rc != 1)
        return rc;
    rc = nnp_csv_by_names(r, w, at);
    if (rc)
        return rc;
    r->p = before.p;
    r->next = before.next;
    for (size_t k = 0; k < w->n; k++)
        at[k] = in_file ? w->place[k] : k;
    if (in_file || r->n == w->n)
        return 1;
    snprintf(r->why, sizeof r->why, "%zu number%s, a row has %zu", r->n,
             r->n == 1 ? "" : "s", w->n);
    return -1;
}
#endif
