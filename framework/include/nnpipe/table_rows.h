/* SPDX-License-Identifier: MIT */
/*
 * The rows of a table as numbers: f32, of a label its class. What is read is CSV, by
 * columns that a user chose or by those of another table (table.h).
 *
 *   nnp_table_rows t = { .header = NNP_CSV_AUTO, .label = 1 };
 *
 *   rc = nnp_table_parse(&t, text, size, ',', tree, 0);     -1: t.why
 *   if (nnp_table_learns(&t))
 *       rc = nnp_table_learn(&t, rows, n);                  of the training rows
 *   nnp_table_write_row(&t, row, stream, to);
 *   nnp_table_forget(&t);
 *
 * A field that is empty, no number, or not finite is refused, with its line, unless the
 * user says what becomes of it (cells_choice.h). What is guessed, filled in or left out is
 * in the notes, and which numbers cannot be told apart any more as floats.
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_TABLE_ROWS_H
#define NNPIPE_TABLE_ROWS_H
#include <nnpipe/table_cells.h>

/* ---- rows ---- */

/* Rows may be left out where nobody counts on one answer for each. */
static inline int nnp_table_may_drop(const nnp_table_rows *t)
{
    return t->drops && (!t->coded || nnp_table_first(&t->table, "y") < t->table.columns.n);
}

static inline int nnp_table_drops(struct nnp_table_parser *p)
{
    nnp_table_rows *t = p->t;
    int             lacks = 0;

    for (size_t i = 0; i < t->table.columns.n; i++) {
        nnp_cell *c = &t->table.cell[i];

        if (c->fill || !nnp_table_lacks(&p->in.field[p->at[i]]))
            continue;
        c->dropped++;
        lacks = 1;
    }
    return lacks;
}

static inline int nnp_table_keep_row(struct nnp_table_parser *p)
{
    nnp_table_rows *t = p->t;
    float          *to = t->value + t->count * t->table.slots;
    int             rc = 0;

    if (nnp_table_may_drop(t) && nnp_table_drops(p)) {
        t->dropped++;
        return 0;
    }
    for (size_t i = 0; !rc && i < t->table.columns.n; i++)
        rc = nnp_table_keep_cell(p, i, to + t->table.cell[i].slot);
    t->count += !rc;
    return rc;
}

/* The classes of a coding, to be found without a look at all of them. */
static inline int nnp_table_list_classes(struct nnp_table_parser *p)
{
    const nnp_labels *known = &p->t->table.labels;

    for (size_t i = 0; p->t->coded && i < known->n; i++) {
        nnp_csv_field f = { known->name[i], strlen(known->name[i]), 0 };

        if (nnp_words_add(&p->labels, &f) != i)
            return nnp_table_refuse(p, "two classes are called '%.60s'", known->name[i]);
    }
    return 0;
}

/* Room for as many rows as there are lines, which no table has fewer of. */
static inline int nnp_table_make_room(struct nnp_table_parser *p)
{
    nnp_table_rows *t = p->t;
    size_t          lines = 1;

    for (const char *q = p->in.p, *end; q < p->in.end; nnp_table_pass(t, q)) {
        end = p->in.end - q < NNP_TABLE_PIECE ? p->in.end : q + NNP_TABLE_PIECE;
        for (; q < end; q++)
            lines += (size_t)((*q == '\n') | ((*q == '\r') & (q[1] != '\n')));
    }
    nnp_table_pass(t, p->in.p);
    if (t->room && t->room(t->arg, (uint64_t)lines * t->table.slots * sizeof *t->value))
        return -1;
    t->value = (float *)malloc(lines * t->table.slots * sizeof *t->value);
    p->before = (double *)calloc(t->table.columns.n, sizeof *p->before);
    p->counts = t->y < t->table.columns.n && !t->coded;
    return t->value && p->before ? 0 : nnp_table_refuse(p, "out of memory");
}

/* Classes in the order of the labels; of a plain column they are only counted, if it
 * holds nothing but whole numbers from 0. */
static inline int nnp_table_number_labels(struct nnp_table_parser *p)
{
    nnp_table_rows *t = p->t;
    size_t          n = p->labels.n, slot = t->table.cell[t->y].slot;
    nnp_label      *l = (nnp_label *)malloc((n + 1) * sizeof *l);
    float          *class_of = (float *)malloc((n + 1) * sizeof *class_of);
    int             rc = l && class_of ? 0 : -1;

    for (size_t i = 0; !rc && i < n; i++) {
        l[i].text.at = p->labels.text[i];
        l[i].text.n = strlen(p->labels.text[i]);
        l[i].text.quoted = 0;
        l[i].number = nnp_csv_number(&l[i].text);
        l[i].row = i;
    }
    if (!rc) {
        nnp_labels_sort(l, n);
        t->classes = nnp_labels_count(l, n, class_of, 1);
        rc = t->label ? nnp_labels_name(l, n, &t->table.labels) : 0;
    }
    for (size_t i = 0; !rc && t->label && i < t->count; i++)
        t->value[i * t->table.slots + slot] =
            class_of[(size_t)t->value[i * t->table.slots + slot]];
    free(l);
    free(class_of);
    return rc ? nnp_table_refuse(p, "out of memory") : 0;
}

/* ---- is the first line a row? ---- */

/* No other row has the label of the first one. */
static inline int nnp_table_is_alone(const nnp_table_rows *t)
{
    size_t n = t->table.slots, slot = t->table.cell[t->y].slot, rows = 0;

    for (size_t i = 0; i < t->count; i++)
        rows += t->value[i * n + slot] == t->value[slot];
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
    size_t n = t->table.slots;
    int    whole = t->count > 1;

    for (size_t i = 0; i < t->table.columns.n; i++)
        whole &= t->table.cell[i].kind == NNP_CELL_NUMBER;
    if (!whole || t->header != NNP_CSV_AUTO || t->coded || t->table.names.name)
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
             t->table.labels.name[(size_t)t->value[t->table.cell[t->y].slot]]);
    return -1;
}

static inline int nnp_table_read_rows(struct nnp_table_parser *p)
{
    nnp_table_rows *t = p->t;
    int             rc = nnp_table_make_room(p) || nnp_table_list_classes(p), got = 1;

    while (!rc && (got = nnp_csv_read(&p->in)) == 1) {
        rc = nnp_table_keep_row(p);
        nnp_table_pass(t, p->in.p);
    }
    if (got < 0)
        rc = nnp_table_refuse(p, "%s", p->in.why);
    nnp_table_tell_dropped(t);
    if (!rc && !t->count)
        rc = nnp_table_refuse(p, "there are no rows%s", t->dropped ? " left" : "");
    if (!rc && p->counts)
        rc = nnp_table_number_labels(p);
    if (!rc && t->coded) {
        nnp_table_tell_filled(t);
        nnp_table_tell_unknown(t);
        nnp_table_fill(t);
    }
    if (!rc && !nnp_table_learns(t) && nnp_table_call(&t->table))
        rc = nnp_table_refuse(p, "out of memory");
    return rc ? rc : nnp_table_doubt(t);
}

/* ---- columns ---- */

/* What a column holds that nobody spoke of. */
enum { NNP_TABLE_HAS_NUMBER = 1, NNP_TABLE_HAS_DATE = 2, NNP_TABLE_HAS_WORD = 4 };

static inline void nnp_table_look(struct nnp_table_parser *p, char *holds)
{
    nnp_csv in = p->in; /* it will be read again */

    for (; nnp_csv_read(&in) == 1; nnp_table_pass(p->t, in.p))
        for (size_t i = 0; i < p->t->table.columns.n; i++) {
            const nnp_csv_field *f = &in.field[p->at[i]];

            if (holds[i] & NNP_TABLE_HAS_WORD || nnp_table_lacks(f))
                continue;
            if (!isnan(nnp_csv_number(f)))
                holds[i] |= NNP_TABLE_HAS_NUMBER;
            else
                holds[i] |= nnp_table_is_date(f) ? NNP_TABLE_HAS_DATE
                                                 : NNP_TABLE_HAS_WORD;
        }
}

/* Finds the columns of words and of dates, for which the user has one word. */
static inline int nnp_table_sort_out(struct nnp_table_parser *p)
{
    nnp_table *t = &p->t->table;
    char      *holds = (char *)calloc(t->columns.n + 1, 1);
    int        rc = holds ? 0 : nnp_table_refuse(p, "out of memory");

    if (holds && (p->text || p->dates))
        nnp_table_look(p, holds);
    for (size_t i = 0; !rc && i < t->columns.n; i++) {
        const nnp_node *text = holds[i] & NNP_TABLE_HAS_WORD ? p->text : NULL;
        const nnp_node *dates = holds[i] == NNP_TABLE_HAS_DATE ? p->dates : NULL;

        if ((text || dates) && nnp_cells_is_input(t, i) &&
            t->cell[i].kind == NNP_CELL_NUMBER)
            rc = nnp_cells_take(t, i, text, dates, p->t->why, sizeof p->t->why);
    }
    free(holds);
    return rc;
}

/* What becomes of the cells. -2: as below. */
static inline int nnp_table_choose_cells(struct nnp_table_parser *p, int peek)
{
    nnp_table_rows *t = p->t;

    if (nnp_cells_choose(&t->table, &t->how, &p->text, &p->dates, t->why, sizeof t->why))
        return -2;
    if (!peek && nnp_table_sort_out(p))
        return -1;
    if (nnp_cells_settle(&t->table, t->why, sizeof t->why))
        return -2;
    nnp_table_lay_out(&t->table);
    return 0;
}

/* Of a file that says itself what is in it. -2: it is what the user asks for that is wrong.
 */
static inline int nnp_table_choose(struct nnp_table_parser *p, const nnp_node *tree,
                                   int peek)
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
    return p->at ? nnp_table_choose_cells(p, peek) : nnp_table_refuse(p, "out of memory");
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
    t->count = t->classes = t->dropped = 0;
    t->learnt = 0;
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
    p.in.line = p.in.next = 1 - t->before;
    rc = t->coded ? nnp_table_match(&p) : nnp_table_choose(&p, tree, peek);
    if (rc == -2)
        nnp_table_hint(t, text, n, delimiter);
    if (!rc && !peek)
        rc = nnp_table_read_rows(&p);
    nnp_csv_close(&p.in);
    free(p.at);
    free(p.before);
    nnp_words_close(&p.labels);
    return rc;
}

/* Piece by piece, none of which ends within a letter. */
static inline int nnp_table_is_utf8(nnp_table_rows *t, const char *text, size_t n)
{
    size_t at = 0, end;

    for (; at < n; at = end) {
        end = n - at < NNP_TABLE_PIECE ? n : at + NNP_TABLE_PIECE;
        while (end < n && end > at + 1 && ((unsigned char)text[end] & 0xc0) == 0x80)
            end--;
        if (!nnp_csv_is_utf8(text + at, end - at))
            return 0;
        nnp_table_pass(t, text + end);
    }
    nnp_table_pass(t, text);
    return 1;
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
    t->text = t->passed = text;
    if (nnp_table_is_utf8(t, text, n))
        return nnp_table_parse_utf8(t, text, n, delimiter, tree, peek);
    t->text = NULL;
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
        if (needed) {
            nnp_cell cell = t->table.cell[i]; /* the others are closed with the rest */

            t->table.cell[i] = t->table.cell[kept];
            t->table.cell[kept] = cell;
            c->v[kept++] = c->v[i];
        } else {
            nnp_cell_close(&t->table.cell[i]);
        }
    }
    c->n = kept;
    nnp_table_lay_out(&t->table);
    t->y = nnp_table_y(&t->table);
    return 0;
}
#endif
