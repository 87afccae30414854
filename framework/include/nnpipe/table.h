/* SPDX-License-Identifier: MIT */
/*
 * What a table is made of besides its numbers: the names of the file's columns, which of
 * them make which stream, and the classes of y. As a text it is a coding for
 * "nnp.given/1" of data.h: CSV of four fields,
 *
 *   columns,,COLUMNS,named or empty    use,STREAM,PLACE,NAME    class,y,NUMBER,LABEL
 *
 *   text = nnp_table_write(&table);               malloc'd, NULL: no memory
 *   rc = nnp_table_read(text, size, &table);      -1: it is no such text
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_TABLE_H
#define NNPIPE_TABLE_H
#include <nnpipe/columns.h>
#include <nnpipe/labels.h>

typedef struct nnp_table { /* all zero: nothing */
    nnp_csv_names names;   /* of the file; unused columns of one that was read have none */
    nnp_columns   columns;
    nnp_labels    labels;
    char         *streams; /* names of streams that came from a text */
} nnp_table;

static inline void nnp_table_close(nnp_table *t)
{
    nnp_csv_names_close(&t->names);
    nnp_columns_close(&t->columns);
    nnp_labels_close(&t->labels);
    free(t->streams);
    memset(t, 0, sizeof *t);
}

/* How many columns a stream has. */
static inline size_t nnp_table_width(const nnp_table *t, const char *stream)
{
    size_t n = 0;

    for (size_t i = 0; i < t->columns.n; i++)
        n += strcmp(t->columns.v[i].stream, stream) == 0;
    return n;
}

/* Where a single column y stands among those that are used; columns.n: nowhere. */
static inline size_t nnp_table_y(const nnp_table *t)
{
    size_t y = 0;

    while (y < t->columns.n && strcmp(t->columns.v[y].stream, "y") != 0)
        y++;
    return nnp_table_width(t, "y") == 1 ? y : t->columns.n;
}

/* ---- as a text ---- */

static inline char *nnp_table_quote(char *to, const char *text)
{
    *to++ = '"';
    for (; *text; *to++ = *text++)
        if (*text == '"')
            *to++ = '"';
    *to++ = '"';
    return to;
}

static inline char *nnp_table_record(char *to, const char *what, const char *stream,
                                     size_t number, const char *text)
{
    to += snprintf(to, 16, "%s,", what);
    to = nnp_table_quote(to, stream);
    to += snprintf(to, 32, ",%zu,", number);
    to = nnp_table_quote(to, text);
    *to++ = '\n';
    *to = 0;
    return to;
}

static inline size_t nnp_table_size(const nnp_table *t)
{
    size_t bytes = 64;

    for (size_t i = 0; i < t->columns.n; i++) {
        const char *name = nnp_csv_name(&t->names, t->columns.v[i].at);

        bytes += 64 + 2 * strlen(t->columns.v[i].stream) + 2 * (name ? strlen(name) : 0);
    }
    for (size_t i = 0; i < t->labels.n; i++)
        bytes += 64 + 2 * strlen(t->labels.name[i]);
    return bytes;
}

static inline char *nnp_table_write(const nnp_table *t)
{
    char *text = (char *)malloc(nnp_table_size(t)), *to = text;

    if (!text)
        return NULL;
    to = nnp_table_record(to, "columns", "", t->names.n, t->names.name ? "named" : "");
    for (size_t i = 0; i < t->columns.n; i++) {
        const char *name = nnp_csv_name(&t->names, t->columns.v[i].at);

        to = nnp_table_record(to, "use", t->columns.v[i].stream, t->columns.v[i].at,
                              name ? name : "");
    }
    for (size_t i = 0; i < t->labels.n; i++)
        to = nnp_table_record(to, "class", "y", i, t->labels.name[i]);
    return text;
}

/* ---- and back ---- */

struct nnp_table_reader {
    nnp_table     *t;
    nnp_csv_field *name; /* by place in the file */
    char          *stream, *label; /* where the next text goes */
    int            named;
};

static inline int nnp_table_begin(struct nnp_table_reader *b, const nnp_csv *r,
                                  size_t size)
{
    double n = nnp_csv_number(&r->field[2]);

    if (!nnp_csv_is(&r->field[0], "columns") || !(n >= 1 && n <= 1 << 30))
        return -1;
    b->t->names.n = (size_t)n;
    b->named = r->field[3].n > 0;
    b->name = (nnp_csv_field *)calloc((size_t)n, sizeof *b->name);
    b->stream = b->t->streams = (char *)malloc(2 * size + 1);
    b->t->columns.used = (char *)calloc((size_t)n + 1, 1);
    b->label = nnp_labels_room(&b->t->labels, size / 9 + 1, size + 1);
    return b->name && b->stream && b->t->columns.used && b->label ? 0 : -1;
}

static inline int nnp_table_take(struct nnp_table_reader *b, const nnp_csv *r)
{
    double at = nnp_csv_number(&r->field[2]);

    if (nnp_csv_is(&r->field[0], "class")) {
        b->label = nnp_labels_add(&b->t->labels, &r->field[3], b->label);
        return 0;
    }
    if (!nnp_csv_is(&r->field[0], "use") || !(at >= 0 && at < (double)b->t->names.n) ||
        at != floor(at))
        return -1;
    b->name[(size_t)at] = r->field[3];
    at = nnp_columns_add(&b->t->columns, &b->t->names, b->stream, (size_t)at);
    b->stream = nnp_csv_text(&r->field[1], b->stream) + 1;
    return at ? -1 : 0;
}

/* A 0 byte stands behind the text. t has to be closed in any case. */
static inline int nnp_table_read(const char *text, size_t size, nnp_table *t)
{
    struct nnp_table_reader b = { NULL, NULL, NULL, NULL, 0 };
    nnp_csv                 r;
    int                     rc, got = 0;

    memset(t, 0, sizeof *t);
    b.t = t;
    nnp_csv_open(&r, text, size, ',');
    rc = nnp_csv_read(&r) == 1 && r.n == 4 ? nnp_table_begin(&b, &r, size) : -1;
    while (!rc && (got = nnp_csv_read(&r)) == 1)
        rc = nnp_table_take(&b, &r);
    if (!rc && (got < 0 || !t->columns.n))
        rc = -1;
    if (!rc && b.named)
        rc = nnp_csv_names_of(b.name, t->names.n, &t->names);
    free(b.name);
    nnp_csv_close(&r);
    return rc;
}
#endif
