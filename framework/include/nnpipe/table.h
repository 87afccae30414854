/* SPDX-License-Identifier: MIT */
/*
 * What a table is made of besides its numbers: the names of the file's columns, which of
 * them make which stream, how their cells become numbers (cells.h), and the classes of y.
 * As a text it is a coding for "nnp.given/1" of data.h: CSV of four fields,
 *
 *   columns,,COLUMNS,named or empty    use,STREAM,PLACE,NAME    class,y,NUMBER,LABEL
 *
 * and of the column that was used last
 *
 *   date,PART,,    one_hot,,,    ordinal,,,    word,,NUMBER,WORD    mark,,,
 *   fill,,NUMBER,VALUE    (of words VALUE is the number of one)
 *
 *   text = nnp_table_write(&table);               malloc'd, NULL: no memory
 *   rc = nnp_table_read(text, size, &table);      -1: it is no such text
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_TABLE_H
#define NNPIPE_TABLE_H
#include <nnpipe/cells.h>
#include <nnpipe/columns.h>

typedef struct nnp_table { /* all zero: nothing */
    nnp_csv_names names;   /* of the file; unused columns of one that was read have none */
    nnp_columns   columns;
    nnp_cell     *cell;  /* of each of them */
    size_t        slots; /* of a raw row */
    nnp_labels    labels;
    char         *streams; /* names of streams that came from a text */
} nnp_table;

static inline void nnp_table_close(nnp_table *t)
{
    for (size_t i = 0; t->cell && i < t->columns.n; i++)
        nnp_cell_close(&t->cell[i]);
    free(t->cell);
    nnp_csv_names_close(&t->names);
    nnp_columns_close(&t->columns);
    nnp_labels_close(&t->labels);
    free(t->streams);
    memset(t, 0, sizeof *t);
}

/* Where a stream begins among the columns that are used; columns.n: there is none. */
static inline size_t nnp_table_first(const nnp_table *t, const char *stream)
{
    size_t k = 0;

    while (k < t->columns.n && strcmp(t->columns.v[k].stream, stream) != 0)
        k++;
    return k;
}

/* Where the one behind it begins. */
static inline size_t nnp_table_end(const nnp_table *t, size_t k)
{
    size_t i = k;

    while (i < t->columns.n && strcmp(t->columns.v[i].stream, t->columns.v[k].stream) == 0)
        i++;
    return i;
}

/* Where a single column y stands among those that are used; columns.n: nowhere. */
static inline size_t nnp_table_y(const nnp_table *t)
{
    size_t y = nnp_table_first(t, "y");

    return y < t->columns.n && nnp_table_end(t, y) == y + 1 ? y : t->columns.n;
}

/* Gives every column its place in a raw row and in one of its stream. */
static inline void nnp_table_lay_out(nnp_table *t)
{
    t->slots = 0;
    for (size_t i = 0; i < t->columns.n; i++) {
        nnp_cell *c = &t->cell[i];
        int       goes_on =
            i && strcmp(t->columns.v[i - 1].stream, t->columns.v[i].stream) == 0;

        nnp_cell_measure(c);
        c->slot = t->slots;
        c->out = goes_on ? c[-1].out + c[-1].width : 0;
        t->slots += c->slots;
    }
}

/* How many numbers a row of a stream has. */
static inline size_t nnp_table_width(const nnp_table *t, const char *stream)
{
    size_t k = nnp_table_first(t, stream), end = nnp_table_end(t, k);

    return k < end ? t->cell[end - 1].out + t->cell[end - 1].width : 0;
}

/* Of number i of a stream, which may be NULL; until something is learnt. */
static inline const char *nnp_table_name(const nnp_table *t, const char *stream, int64_t i)
{
    size_t          low = nnp_table_first(t, stream), end = nnp_table_end(t, low), at;
    const nnp_cell *c;

    if (i < 0 || low == end || (size_t)i >= t->cell[end - 1].out + t->cell[end - 1].width)
        return NULL;
    while (end - low > 1) { /* the last one that begins at i or before it */
        size_t mid = low + (end - low) / 2;

        if (t->cell[mid].out <= (size_t)i)
            low = mid;
        else
            end = mid;
    }
    c = &t->cell[low];
    at = (size_t)i - c->out;
    return c->name ? c->name[at] : nnp_csv_name(&t->names, t->columns.v[low].at);
}

/* Names for numbers that are not just those of a column. -1: no memory. */
static inline int nnp_table_call(nnp_table *t)
{
    char number[24];

    for (size_t i = 0; i < t->columns.n; i++)
        if (nnp_cell_call(&t->cell[i],
                          nnp_columns_name(&t->names, t->columns.v[i].at, number)))
            return -1;
    return 0;
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

static inline size_t nnp_table_size_cell(const nnp_cell *c)
{
    size_t bytes = 128 + 64 * (c->slots + c->n_parts);

    for (size_t i = 0; i < c->words.n; i++)
        bytes += 64 + 2 * strlen(c->words.text[i]);
    return bytes;
}

static inline size_t nnp_table_size(const nnp_table *t)
{
    size_t bytes = 64;

    for (size_t i = 0; i < t->columns.n; i++) {
        const char *name = nnp_csv_name(&t->names, t->columns.v[i].at);

        bytes += 64 + 2 * strlen(t->columns.v[i].stream) + 2 * (name ? strlen(name) : 0);
        bytes += nnp_table_size_cell(&t->cell[i]);
    }
    for (size_t i = 0; i < t->labels.n; i++)
        bytes += 64 + 2 * strlen(t->labels.name[i]);
    return bytes;
}

/* The words of the classes in their order; the first of those that share one. */
static inline char *nnp_table_write_words(char *to, const nnp_cell *c)
{
    const char **of = (const char **)calloc(c->classes + 1, sizeof *of);

    if (!of)
        return NULL;
    for (size_t i = c->words.n; i-- > 0;) {
        size_t k = c->class_of ? c->class_of[i] : i;

        if (k < c->classes)
            of[k] = c->words.text[i];
    }
    for (size_t k = 0; k < c->classes; k++)
        to = nnp_table_record(to, "word", "", k, of[k]);
    free((void *)of);
    return to;
}

static inline char *nnp_table_write_cell(char *to, const nnp_cell *c)
{
    char value[32];

    for (size_t i = 0; i < c->n_parts; i++)
        to = nnp_table_record(to, "date", nnp_date_name(c->part[i]), 0, "");
    if (nnp_cell_is_words(c)) {
        to = nnp_table_record(to, c->kind == NNP_CELL_ONE_HOT ? "one_hot" : "ordinal", "",
                              0, "");
        to = nnp_table_write_words(to, c);
    }
    for (size_t k = 0; to && c->fill && k < c->slots; k++) {
        snprintf(value, sizeof value, "%.9g",
                 c->value ? (double)c->value[k] : (double)NAN);
        to = nnp_table_record(to, "fill", "", k, value);
    }
    if (to && c->marks)
        to = nnp_table_record(to, "mark", "", 0, "");
    return to;
}

static inline char *nnp_table_write(const nnp_table *t)
{
    char *text = (char *)malloc(nnp_table_size(t)), *to = text;

    if (!text)
        return NULL;
    to = nnp_table_record(to, "columns", "", t->names.n, t->names.name ? "named" : "");
    for (size_t i = 0; to && i < t->columns.n; i++) {
        const char *name = nnp_csv_name(&t->names, t->columns.v[i].at);

        to = nnp_table_record(to, "use", t->columns.v[i].stream, t->columns.v[i].at,
                              name ? name : "");
        to = nnp_table_write_cell(to, &t->cell[i]);
    }
    if (!to)
        free(text);
    if (!to)
        return NULL;
    for (size_t i = 0; i < t->labels.n; i++)
        to = nnp_table_record(to, "class", "y", i, t->labels.name[i]);
    return text;
}

/* ---- and back ---- */

struct nnp_table_reader {
    nnp_table     *t;
    nnp_csv_field *name; /* by place in the file */
    size_t         cells; /* that there is room for */
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

/* A record of the column that was used last. */
static inline int nnp_table_take_cell(nnp_cell *c, const nnp_csv *r)
{
    const nnp_csv_field *what = &r->field[0];
    double               at = nnp_csv_number(&r->field[2]);

    if (nnp_csv_is(what, "word"))
        return (double)nnp_words_add(&c->words, &r->field[3]) == at ? 0 : -1;
    if (nnp_csv_is(what, "mark")) {
        c->mark = c->marks = 1;
        return 0;
    }
    if (nnp_csv_is(what, "fill")) {
        c->fill = NNP_FILL_VALUE;
        c->filled = 1;
        c->value = c->value ? c->value
                            : (float *)calloc(NNP_CELL_SLOTS, sizeof *c->value);
        if (!c->value || !(at >= 0 && at < NNP_CELL_SLOTS))
            return -1;
        c->value[(size_t)at] = (float)nnp_csv_number(&r->field[3]);
        return 0;
    }
    for (uint8_t k = 0; nnp_csv_is(what, "date") && k < NNP_DATE_PARTS; k++)
        if (nnp_csv_is(&r->field[1], nnp_date_name(k)) && c->n_parts < NNP_DATE_PARTS) {
            c->kind = NNP_CELL_DATE;
            c->part[c->n_parts++] = k;
            return 0;
        }
    if (c->n_parts || c->words.n)
        return -1;
    c->kind = nnp_csv_is(what, "one_hot") ? NNP_CELL_ONE_HOT : NNP_CELL_ORDINAL;
    return nnp_csv_is(what, "one_hot") || nnp_csv_is(what, "ordinal") ? 0 : -1;
}

static inline int nnp_table_take_use(struct nnp_table_reader *b, const nnp_csv *r)
{
    nnp_table *t = b->t;
    size_t     n = t->columns.n;
    double     at = nnp_csv_number(&r->field[2]);

    if (!(at >= 0 && at < (double)t->names.n) || at != floor(at))
        return -1;
    if (n == b->cells) {
        size_t cells = n ? 2 * n : 16;
        void  *more = realloc(t->cell, cells * sizeof *t->cell);

        if (!more)
            return -1;
        t->cell = (nnp_cell *)more;
        b->cells = cells;
    }
    memset(&t->cell[n], 0, sizeof *t->cell);
    b->name[(size_t)at] = r->field[3];
    at = nnp_columns_add(&t->columns, &t->names, b->stream, (size_t)at);
    b->stream = nnp_csv_text(&r->field[1], b->stream) + 1;
    return at ? -1 : 0;
}

static inline int nnp_table_take(struct nnp_table_reader *b, const nnp_csv *r)
{
    if (nnp_csv_is(&r->field[0], "class")) {
        b->label = nnp_labels_add(&b->t->labels, &r->field[3], b->label);
        return 0;
    }
    if (nnp_csv_is(&r->field[0], "use"))
        return nnp_table_take_use(b, r);
    return b->t->columns.n ? nnp_table_take_cell(&b->t->cell[b->t->columns.n - 1], r)
                           : -1;
}

/* A 0 byte stands behind the text. t has to be closed in any case. */
static inline int nnp_table_read(const char *text, size_t size, nnp_table *t)
{
    struct nnp_table_reader b = { NULL, NULL, 0, NULL, NULL, 0 };
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
    if (!rc)
        nnp_table_lay_out(t);
    free(b.name);
    nnp_csv_close(&r);
    return rc;
}
#endif
