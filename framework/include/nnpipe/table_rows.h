/* SPDX-License-Identifier: MIT */
/*
 * The rows of a table as numbers: f32, of a label its class. What is read is CSV, by
 * columns that a user chose or by those of another table (table.h).
 *
 *   nnp_table_rows t = { .header = NNP_CSV_AUTO, .label = 1 };
 *
 *   rc = nnp_table_parse(&t, text, size, ',', tree, 0);     -1: t.why
 *   x = t.value + row * t.table.columns.n;
 *   nnp_table_forget(&t);
 *
 * A field that is empty, no number, or not finite is refused, with its line. What is
 * guessed is in the notes, and which numbers cannot be told apart any more as floats.
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_TABLE_ROWS_H
#define NNPIPE_TABLE_ROWS_H
#include <inttypes.h>
#include <stdarg.h>

#include <nnpipe/table.h>

enum {
    NNP_TABLE_LATIN1, /* it is no UTF-8 */
    NNP_TABLE_NAMED,  /* a number is the name of a column */
    NNP_TABLE_NARROW, /* numbers fall together */
    NNP_TABLE_DOUBT,  /* the first line may be one of names */
    NNP_TABLE_NOTES
};

typedef struct nnp_table_rows {
    int       header, label; /* NNP_CSV_AUTO ...; y is a column of labels */
    int       coded;         /* `table` is that of other rows, these have to follow it */
    nnp_table table;
    float    *value;          /* count rows of table.columns.n */
    size_t    y;              /* see nnp_table_y */
    size_t    count, classes; /* classes of y, if it has nothing but classes */
    char      note[NNP_TABLE_NOTES][256];
    char      why[512];
} nnp_table_rows;

struct nnp_table_parser {
    nnp_table_rows *t;
    nnp_csv         in;
    size_t         *at;     /* by column that is used: its field */
    double         *before; /* the row before */
    nnp_label      *label;  /* of y, or NULL */
};

#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
static inline int
nnp_table_refuse(struct nnp_table_parser *p, const char *form, ...)
{
    nnp_table_rows *t = p->t;
    int             n = snprintf(t->why, sizeof t->why, "line %" PRId64 ": ", p->in.line);
    va_list         args;

    va_start(args, form);
    vsnprintf(t->why + n, sizeof t->why - (size_t)n, form, args);
    va_end(args);
    return -1;
}

static inline int nnp_table_is_label(const nnp_table_rows *t, size_t used)
{
    return t->label && used == t->y;
}

/* ---- fields that are refused ---- */

static inline int nnp_table_refuse_field(struct nnp_table_parser *p, size_t used,
                                         const char *why)
{
    const nnp_csv_field *f = &p->in.field[p->at[used]];
    const nnp_table     *t = &p->t->table;
    char                 number[24];

    return nnp_table_refuse(
        p, "column %.100s: %s%.*s%s %s",
        nnp_columns_name(&t->names, t->columns.v[used].at, number), f->n ? "'" : "",
        (int)nnp_csv_cut(f, 40), f->at, f->n ? "'" : "it", why);
}

static inline int nnp_table_is_word(const nnp_csv_field *f)
{
    return f->n && ((*f->at | 32) >= 'a' && (*f->at | 32) <= 'z') &&
           !nnp_csv_is_missing(f);
}

static inline int nnp_table_refuse_number(struct nnp_table_parser *p, size_t used)
{
    const nnp_csv_field  *f = &p->in.field[p->at[used]];
    const nnp_table_rows *t = p->t;

    if (!f->n)
        return nnp_table_refuse_field(p, used, "has no value here");
    if (nnp_table_is_word(f) && !t->count && !t->table.names.name && !t->coded &&
        t->header == NNP_CSV_AUTO)
        return nnp_table_refuse_field(
            p, used,
            "is not a finite number; if this line names the columns, say `header: true`");
    return nnp_table_refuse_field(
        p, used,
        used == t->y && !t->coded && nnp_table_is_word(f)
            ? "is not a finite number; `label: true` makes classes of y"
            : "is not a finite number");
}

static inline int nnp_table_refuse_label(struct nnp_table_parser *p, size_t used)
{
    const nnp_csv_field *f = &p->in.field[p->at[used]];
    char                 known[200], why[256];

    if (!f->n)
        return nnp_table_refuse_field(p, used, "has no value here");
    if (nnp_csv_is_missing(f))
        return nnp_table_refuse_field(
            p, used,
            "stands for a missing value and is no class; in quotes it would be one");
    snprintf(why, sizeof why, "is no class that was trained; there are %s",
             nnp_labels_list(&p->t->table.labels, known, sizeof known));
    return nnp_table_refuse_field(p, used, why);
}

/* ---- rows ---- */

/* A whole number that changes, or two numbers in a row that fall together. */
static inline void nnp_table_look_narrow(struct nnp_table_parser *p, size_t used, double v)
{
    nnp_table_rows *t = p->t;
    double          before = p->before[used];
    char           *note = t->note[NNP_TABLE_NARROW], number[24];
    const char     *name =
        nnp_columns_name(&t->table.names, t->table.columns.v[used].at, number);

    p->before[used] = v;
    if (*note || (double)(float)v == v)
        return;
    if (v == floor(v) && fabs(v) < 9007199254740992.0)
        snprintf(note, sizeof *t->note,
                 "line %" PRId64 ", column %.60s: %.0f is kept as %.0f: a float does not "
                 "tell it from its neighbours",
                 p->in.line, name, v, (double)(float)v);
    else if (t->count && before != v && (float)before == (float)v)
        snprintf(note, sizeof *t->note,
                 "line %" PRId64 ", column %.60s: a float does not tell %.17g from %.17g "
                 "in the row before",
                 p->in.line, name, v, before);
}

static inline void nnp_table_note_label(struct nnp_table_parser *p,
                                        const nnp_csv_field *f, double v)
{
    nnp_label *l = &p->label[p->t->count];

    l->text = *f;
    l->number = v;
    l->row = p->t->count;
}

static inline int nnp_table_keep_label(struct nnp_table_parser *p, size_t used, float *to)
{
    const nnp_csv_field *f = &p->in.field[p->at[used]];
    const nnp_labels    *known = &p->t->table.labels;

    if (nnp_csv_is_missing(f))
        return nnp_table_refuse_label(p, used);
    if (p->t->coded) {
        size_t k = nnp_labels_find(known, f);

        *to = (float)k;
        return k < known->n ? 0 : nnp_table_refuse_label(p, used);
    }
    nnp_table_note_label(p, f, nnp_csv_number(f));
    return 0;
}

static inline int nnp_table_keep_number(struct nnp_table_parser *p, size_t used, float *to)
{
    const nnp_csv_field *f = &p->in.field[p->at[used]];
    double               v = nnp_csv_number(f);

    *to = (float)v;
    if (!isfinite(*to))
        return nnp_table_refuse_number(p, used);
    nnp_table_look_narrow(p, used, v);
    if (p->label && used == p->t->y)
        nnp_table_note_label(p, f, v);
    return 0;
}

static inline int nnp_table_keep_row(struct nnp_table_parser *p)
{
    nnp_table_rows *t = p->t;
    size_t          n = t->table.columns.n;
    float          *to = t->value + t->count * n;
    int             rc = 0;

    for (size_t i = 0; !rc && i < n; i++)
        rc = nnp_table_is_label(t, i) ? nnp_table_keep_label(p, i, to + i)
                                      : nnp_table_keep_number(p, i, to + i);
    t->count += !rc;
    return rc;
}

/* Room for as many rows as there are lines, which no table has fewer of. */
static inline int nnp_table_make_room(struct nnp_table_parser *p)
{
    nnp_table_rows *t = p->t;
    size_t          lines = 1, n = t->table.columns.n;
    int             labels = t->y < n && !t->coded;

    for (const char *q = p->in.p; q < p->in.end; q++)
        lines += *q == '\n' || (*q == '\r' && q[1] != '\n');
    t->value = (float *)malloc(lines * n * sizeof *t->value);
    p->before = (double *)calloc(n, sizeof *p->before);
    p->label = labels ? (nnp_label *)malloc(lines * sizeof *p->label) : NULL;
    return t->value && p->before && (p->label || !labels)
               ? 0
               : nnp_table_refuse(p, "out of memory");
}

/* Classes in the order of the labels; of a plain column they are only counted, if it
 * holds nothing but whole numbers from 0. */
static inline int nnp_table_number_labels(struct nnp_table_parser *p)
{
    nnp_table_rows *t = p->t;
    const nnp_label *l = p->label;

    for (size_t i = 0; i < t->count && !t->label; i++)
        if (!(l[i].number >= 0) || l[i].number != floor(l[i].number))
            return 0;
    nnp_labels_sort(p->label, t->count);
    t->classes = nnp_labels_count(l, t->count, t->label ? t->value + t->y : NULL,
                                  t->table.columns.n);
    return t->label && nnp_labels_name(l, t->count, &t->table.labels)
               ? nnp_table_refuse(p, "out of memory")
               : 0;
}

/* ---- is the first line a row? ---- */

/* No other row has the label of the first one. */
static inline int nnp_table_is_alone(const nnp_table_rows *t)
{
    size_t n = t->table.columns.n, rows = 0;

    for (size_t i = 0; i < t->count; i++)
        rows += t->value[i * n + t->y] == t->value[t->y];
    return rows == 1;
}

/* Do the numbers of the first row count as names do, 2019, 2020, 2021 or 0, 1, 2, and are
 * those of the second one others? */
static inline int nnp_table_counts_up(const nnp_table_rows *t)
{
    size_t       n = t->table.columns.n, up[2] = { 1, 1 };
    const float *v = t->value;

    for (size_t i = 1; i < n; i++) {
        up[0] += v[i] == v[i - 1] + 1;
        up[1] += v[n + i] == v[n + i - 1] + 1;
    }
    if (n < 3 || up[0] < n)
        return 0;
    return up[1] < n || (v[0] >= 1900 && v[0] <= 2100 && !(v[n] >= 1900 && v[n] <= 2100));
}

/* A line with numbers was taken for a row, where nobody said what it is. */
static inline int nnp_table_doubt(nnp_table_rows *t)
{
    size_t n = t->table.columns.n;
    int    whole = t->count > 1;

    if (t->header != NNP_CSV_AUTO || t->coded || t->table.names.name)
        return 0;
    for (size_t i = 0; i < n; i++)
        whole &= nnp_table_is_label(t, i) || t->value[i] == floorf(t->value[i]);
    if (whole && !t->label && nnp_table_counts_up(t))
        snprintf(t->note[NNP_TABLE_DOUBT], sizeof *t->note,
                 "the first line, %.9g to %.9g, is taken as a row; if it names the "
                 "columns, say `header: true`",
                 (double)t->value[0], (double)t->value[n - 1]);
    if (!whole || !t->label || t->table.labels.number || !nnp_table_is_alone(t))
        return 0;
    snprintf(t->why, sizeof t->why,
             "is the first line a row? No other has its label '%.60s': say `header: true` "
             "if it names the columns, else `header: false`",
             t->table.labels.name[(size_t)t->value[t->y]]);
    return -1;
}

static inline int nnp_table_read_rows(struct nnp_table_parser *p)
{
    nnp_table_rows *t = p->t;
    int             rc = nnp_table_make_room(p), got = 1;

    while (!rc && (got = nnp_csv_read(&p->in)) == 1)
        rc = nnp_table_keep_row(p);
    if (got < 0)
        rc = nnp_table_refuse(p, "%s", p->in.why);
    if (!rc && !t->count)
        rc = nnp_table_refuse(p, "there are no rows");
    if (!rc && p->label)
        rc = nnp_table_number_labels(p);
    return rc ? rc : nnp_table_doubt(t);
}

/* ---- columns ---- */

/* Of a file that says itself what is in it. -2: it is what the user asks for that is wrong.
 */
static inline int nnp_table_choose(struct nnp_table_parser *p, const nnp_node *tree)
{
    nnp_table_rows *t = p->t;
    nnp_columns    *c = &t->table.columns;
    int             rc = nnp_csv_header(&p->in, t->header, &t->table.names);

    if (rc != 1)
        return nnp_table_refuse(p, "%s", rc ? p->in.why : "there is nothing in it");
    if (nnp_columns_choose(tree, &t->table.names, c)) {
        snprintf(t->why, sizeof t->why, "%s", c->why);
        return -2;
    }
    memcpy(t->note[NNP_TABLE_NAMED], c->note, sizeof c->note);
    t->y = nnp_table_y(&t->table);
    if (t->label && t->y == c->n) {
        snprintf(t->why, sizeof t->why, "label: y must be one column");
        return -2;
    }
    p->at = (size_t *)malloc(c->n * sizeof *p->at);
    for (size_t i = 0; p->at && i < c->n; i++)
        p->at[i] = c->v[i].at;
    return p->at ? 0 : nnp_table_refuse(p, "out of memory");
}

/* Of one that has the columns of another. */
static inline int nnp_table_match(struct nnp_table_parser *p)
{
    const nnp_table *t = &p->t->table;
    size_t           n = t->columns.n;
    const char     **name = (const char **)malloc(n * sizeof *name);
    size_t          *place = (size_t *)malloc(n * sizeof *place);
    nnp_csv_wanted   w = { name, place, n, t->names.n };
    int              rc = -1;

    w.name = t->names.name ? name : NULL;
    p->at = (size_t *)malloc(n * sizeof *p->at);
    for (size_t i = 0; name && place && p->at && i < n; i++) {
        name[i] = nnp_csv_name(&t->names, t->columns.v[i].at);
        place[i] = t->columns.v[i].at;
    }
    if (name && place && p->at)
        rc = nnp_csv_match(&p->in, &w, p->at);
    free((void *)name);
    free(place);
    if (rc == 1)
        return 0;
    return nnp_table_refuse(p, "%s", rc ? p->in.why : "there is nothing in it");
}

/* ---- all of it ---- */

/* What was read; a table that these rows have to follow stays. */
static inline void nnp_table_forget(nnp_table_rows *t)
{
    if (!t->coded)
        nnp_table_close(&t->table);
    free(t->value);
    t->value = NULL;
    t->count = t->classes = 0;
    memset(t->note, 0, sizeof t->note);
}

/* A table of one column has another delimiter, as a rule. */
static inline void nnp_table_hint(nnp_table_rows *t, const char *text, size_t n,
                                  char delimiter)
{
    char   other = nnp_csv_guess(text, n, delimiter, 2);
    size_t at = strlen(t->why);

    if (t->table.names.n != 1 || other == delimiter)
        return;
    if (other == '\t')
        snprintf(t->why + at, sizeof t->why - at, "; is its delimiter a tab?");
    else
        snprintf(t->why + at, sizeof t->why - at, "; is its delimiter '%c'?", other);
}

static inline int nnp_table_parse_utf8(nnp_table_rows *t, const char *text, size_t n,
                                       char delimiter, const nnp_node *tree, int peek)
{
    struct nnp_table_parser p;
    int                     rc;

    memset(&p, 0, sizeof p);
    p.t = t;
    nnp_csv_open(&p.in, text, n, delimiter);
    rc = t->coded ? nnp_table_match(&p) : nnp_table_choose(&p, tree);
    if (rc == -2)
        nnp_table_hint(t, text, n, delimiter);
    if (!rc && !peek)
        rc = nnp_table_read_rows(&p);
    nnp_csv_close(&p.in);
    free(p.at);
    free(p.before);
    free(p.label);
    return rc;
}

/* A 0 byte stands behind the n bytes. peek: the first line is enough. 0; -1: there is
 * something wrong in the file; -2: in what is asked of it. */
static inline int nnp_table_parse(nnp_table_rows *t, const char *text, size_t n,
                                  char delimiter, const nnp_node *tree, int peek)
{
    char  *utf8;
    size_t size;
    int    rc = -1;

    nnp_table_forget(t);
    if (nnp_csv_is_utf8(text, n))
        return nnp_table_parse_utf8(t, text, n, delimiter, tree, peek);
    utf8 = nnp_csv_from_latin1(text, n, &size);
    snprintf(t->note[NNP_TABLE_LATIN1], sizeof *t->note,
             "the file is no UTF-8: it is read as Latin-1");
    if (utf8)
        rc = nnp_table_parse_utf8(t, utf8, size, delimiter, tree, peek);
    else
        snprintf(t->why, sizeof t->why, "out of memory");
    free(utf8);
    return rc;
}

/* Other rows have to follow the table that a text holds, with the columns of those streams
 * ("x y"; NULL: of all). -1: it is no such text. */
static inline int nnp_table_follow(nnp_table_rows *t, const char *code, const char *streams)
{
    nnp_columns *c = &t->table.columns;
    size_t       kept = 0;

    t->coded = 1;
    if (nnp_table_read(code, strlen(code), &t->table))
        return -1;
    for (size_t i = 0; i < c->n; i++) {
        size_t      n = strlen(c->v[i].stream);
        const char *p = streams;
        int         needed = !streams;

        for (; p && !needed && (p = strstr(p, c->v[i].stream)) != NULL; p += n)
            needed = (p == streams || p[-1] == ' ') && (!p[n] || p[n] == ' ');
        if (needed)
            c->v[kept++] = c->v[i];
    }
    c->n = kept;
    t->y = nnp_table_y(&t->table);
    return 0;
}
#endif
