/* SPDX-License-Identifier: MIT */
/*
 * Cells of a table that is read: which are refused, and with which words; table_rows.h
 * reads the rows. Header only, C99 and C++.
 */
#ifndef NNPIPE_TABLE_CELLS_H
#define NNPIPE_TABLE_CELLS_H
#include <nnpipe/table_learn.h>

struct nnp_table_parser {
    nnp_table_rows *t;
    nnp_csv         in;
    size_t         *at;     /* by column that is used: its field */
    double         *before; /* the row before */
    nnp_words       labels; /* of y; a row holds which one it is. Coded: of the classes */
    int             counts; /* y: are its different numbers counted? */
    const nnp_node *text, *dates; /* what all columns of words, of dates become */
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

static inline int nnp_table_is_date(const nnp_csv_field *f)
{
    nnp_date d;

    return f->n >= 10 && f->at[4] == '-' && nnp_date_read(f->at, f->n, &d) == 0;
}

static inline int nnp_table_refuse_number(struct nnp_table_parser *p, size_t used)
{
    const nnp_csv_field  *f = &p->in.field[p->at[used]];
    const nnp_table_rows *t = p->t;
    const char           *why = "is not a finite number";

    if (!t->coded && nnp_table_is_date(f) && used != t->y)
        why = "is a date; `dates: days` makes a number of it, or parts such as "
              "`dates: [month, weekday]`";
    else if (t->coded || !nnp_table_is_word(f))
        why = "is not a finite number";
    else if (!t->count && !t->table.names.name && t->header == NNP_CSV_AUTO)
        why = "is not a finite number; if this line names the columns, say `header: true`";
    else if (used == t->y)
        why = "is not a finite number; `label: true` makes classes of y";
    else if (nnp_cells_is_input(&t->table, used))
        why = "is not a finite number; `text: one_hot` makes a column of 0 and 1 of each "
              "word";
    return nnp_table_refuse_field(p, used, why);
}

static inline int nnp_table_refuse_missing(struct nnp_table_parser *p, size_t used)
{
    const nnp_csv_field  *f = &p->in.field[p->at[used]];
    const nnp_table_rows *t = p->t;
    char                  number[24], why[300];
    const char           *what = f->n ? "stands for a missing value" : "has no value here";
    int                   n = snprintf(why, sizeof why, "%s", what);

    if (nnp_table_is_label(t, used))
        n += snprintf(why + n, sizeof why - (size_t)n, "%s",
                      f->n ? " and is no class; in quotes it would be one" : "");
    if (!t->coded && nnp_cells_is_input(&t->table, used))
        n += snprintf(why + n, sizeof why - (size_t)n, "; `fill: {%.60s: median}` or",
                      nnp_columns_name(&t->table.names, t->table.columns.v[used].at,
                                       number));
    if (!t->coded)
        snprintf(why + n, sizeof why - (size_t)n, "%s `missing: drop` %s",
                 nnp_cells_is_input(&t->table, used) ? "" : ";",
                 nnp_cells_is_input(&t->table, used) ? "helps"
                                                     : "leaves such rows out");
    else if (nnp_cells_is_input(&t->table, used))
        snprintf(why + n, sizeof why - (size_t)n,
                 ", and the run knows nothing that could stand for it");
    return nnp_table_refuse_field(p, used, why);
}

static inline int nnp_table_refuse_label(struct nnp_table_parser *p, size_t used)
{
    char known[200], why[256];

    snprintf(why, sizeof why, "is no class that was trained; there are %s",
             nnp_labels_list(&p->t->table.labels, known, sizeof known));
    return nnp_table_refuse_field(p, used, why);
}

/* ---- cells that are kept ---- */

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

/* Labels become classes when all of them are known. The numbers of y are counted as long
 * as they may be those of classes. */
static inline int nnp_table_note_label(struct nnp_table_parser *p, const nnp_csv_field *f,
                                       float *to)
{
    size_t k = nnp_words_add(&p->labels, f);

    if (k == NNP_NO_WORD)
        return nnp_table_refuse(p, "out of memory");
    if (k >= NNP_TABLE_MOST_CLASSES && p->t->label)
        return nnp_table_refuse(p, "more than %d different labels",
                                (int)NNP_TABLE_MOST_CLASSES);
    p->counts = k < NNP_TABLE_MOST_CLASSES;
    if (to)
        *to = (float)k;
    return 0;
}

static inline int nnp_table_keep_label(struct nnp_table_parser *p, size_t used, float *to)
{
    const nnp_csv_field *f = &p->in.field[p->at[used]];
    const nnp_labels    *known = &p->t->table.labels;
    size_t               k;

    if (nnp_csv_is_missing(f))
        return nnp_table_refuse_missing(p, used);
    if (!p->t->coded)
        return nnp_table_note_label(p, f, to);
    k = nnp_words_find(&p->labels, f);
    if (k == NNP_NO_WORD) /* a number may be written in another way */
        k = nnp_labels_find(known, f);
    *to = (float)k;
    return k < known->n ? 0 : nnp_table_refuse_label(p, used);
}

static inline int nnp_table_keep_number(struct nnp_table_parser *p, size_t used, float *to)
{
    const nnp_csv_field *f = &p->in.field[p->at[used]];
    double               v = nnp_csv_number(f);

    *to = (float)v;
    if (!isfinite(*to))
        return nnp_table_refuse_number(p, used);
    nnp_table_look_narrow(p, used, v);
    if (!p->counts || used != p->t->y)
        return 0;
    p->counts = v >= 0 && v == floor(v);
    return p->counts ? nnp_table_note_label(p, f, NULL) : 0;
}

/* A number may be written in another way than in the training. */
static inline size_t nnp_table_find_word(const nnp_cell *c, const nnp_csv_field *f)
{
    size_t k = nnp_words_find(&c->words, f), i = 0;
    double v = nnp_csv_number(f);

    if (k != NNP_NO_WORD || isnan(v))
        return k;
    for (; i < c->words.n; i++) {
        nnp_csv_field w = { c->words.text[i], strlen(c->words.text[i]), 0 };

        if (nnp_csv_number(&w) == v)
            return i;
    }
    return NNP_NO_WORD;
}

static inline void nnp_table_note_unknown(struct nnp_table_parser *p, size_t used)
{
    const nnp_csv_field *f = &p->in.field[p->at[used]];
    char                *note = p->t->note[NNP_TABLE_UNKNOWN], number[24];

    p->t->table.cell[used].unknown++;
    if (!*note)
        nnp_table_tell(note,
                       "line %" PRId64 ", column %.60s: '%.*s' is in no row of the "
                       "training",
                       p->in.line, nnp_table_called(&p->t->table, used, number),
                       (int)nnp_csv_cut(f, 40), f->at);
}

static inline int nnp_table_keep_word(struct nnp_table_parser *p, size_t used, float *to)
{
    const nnp_csv_field *f = &p->in.field[p->at[used]];
    nnp_cell            *c = &p->t->table.cell[used];
    size_t k = p->t->coded ? nnp_table_find_word(c, f) : nnp_words_add(&c->words, f);

    if (k == NNP_NO_WORD && !p->t->coded)
        return nnp_table_refuse(p, "out of memory");
    if (k == NNP_NO_WORD && p->t->strict)
        return nnp_table_refuse_field(p, used, "is in no row of the training");
    if (k != NNP_NO_WORD && k >= NNP_TABLE_MOST_CLASSES)
        return nnp_table_refuse(p, "more than %d different words",
                                (int)NNP_TABLE_MOST_CLASSES);
    *to = k == NNP_NO_WORD ? -1.0f : (float)k;
    if (k == NNP_NO_WORD)
        nnp_table_note_unknown(p, used);
    return 0;
}

static inline int nnp_table_keep_date(struct nnp_table_parser *p, size_t used, float *to)
{
    const nnp_csv_field *f = &p->in.field[p->at[used]];
    nnp_date             d;

    if (nnp_date_read(f->at, f->n, &d))
        return nnp_table_refuse_field(
            p, used, "is no date of the form 2024-12-31 or 2024-12-31T23:59");
    nnp_cell_date(&p->t->table.cell[used], &d, to);
    return 0;
}

/* May it stand for a missing value? Most cells are numbers, and those are seen at once. */
static inline int nnp_table_lacks(const nnp_csv_field *f)
{
    return (!f->n || *f->at > '9' || *f->at == '#') && nnp_csv_is_missing(f);
}

static inline int nnp_table_keep_cell(struct nnp_table_parser *p, size_t used, float *to)
{
    nnp_cell *c = &p->t->table.cell[used];

    if (nnp_table_is_label(p->t, used))
        return nnp_table_keep_label(p, used, to);
    if (nnp_table_lacks(&p->in.field[p->at[used]])) {
        for (size_t k = 0; k < c->slots; k++)
            to[k] = (float)NAN;
        c->missing++;
        return c->fill ? 0 : nnp_table_refuse_missing(p, used);
    }
    if (nnp_cell_is_words(c))
        return nnp_table_keep_word(p, used, to);
    return c->kind == NNP_CELL_DATE ? nnp_table_keep_date(p, used, to)
                                    : nnp_table_keep_number(p, used, to);
}
#endif
