/* SPDX-License-Identifier: MIT */
/*
 * What was read of a table, what is learnt of its training rows, and what is told of both;
 * table_rows.h reads it. Header only, C99 and C++.
 */
#ifndef NNPIPE_TABLE_LEARN_H
#define NNPIPE_TABLE_LEARN_H
#include <inttypes.h>
#include <stdarg.h>

#include <nnpipe/cells_choice.h>

enum {
    NNP_TABLE_LATIN1, /* it is no UTF-8 */
    NNP_TABLE_NAMED,  /* a number is the name of a column */
    NNP_TABLE_NARROW, /* numbers fall together */
    NNP_TABLE_DOUBT,  /* the first line may be one of names */
    NNP_TABLE_DROPPED, /* rows that lack a value are left out */
    NNP_TABLE_FILLED,
    NNP_TABLE_UNKNOWN, /* words that no training row has */
    NNP_TABLE_NOTES
};

enum { NNP_TABLE_MOST_CLASSES = 1 << 24 }; /* whole numbers that a float holds */

typedef struct nnp_table_rows {
    int           header, label; /* NNP_CSV_AUTO ...; y is a column of labels */
    nnp_cells_how how;
    int           drops;   /* rows that lack a value are left out, where that is allowed */
    int           strict;  /* a word that no training row has is an error */
    int           coded; /* `table` is that of other rows, these have to follow it */
    int           learnt;
    int64_t       before; /* lines that the user's file does not have */
    nnp_table     table;
    float        *value;          /* count raw rows of table.slots (cells.h) */
    size_t        y;              /* see nnp_table_y */
    size_t        count, classes; /* classes of y, if it has nothing but classes */
    size_t        dropped;        /* rows that were left out */
    /* NULL, or asked before so much memory is taken for the rows: not 0 ends the reading,
     * and whoever was asked says why. */
    int         (*room)(void *arg, uint64_t bytes);
    /* NULL, or told now and then that the first n bytes of the text have been passed. */
    void        (*pass)(void *arg, size_t n);
    void         *arg; /* of both */
    const char   *text, *passed;
    char          note[NNP_TABLE_NOTES][256];
    char      why[512];
} nnp_table_rows;

static inline int nnp_table_is_label(const nnp_table_rows *t, size_t used)
{
    return t->label && used == t->y;
}

enum { NNP_TABLE_PIECE = 1 << 24 }; /* bytes of a text between two calls of `pass` */

/* The text up to `at` has been looked at. */
static inline void nnp_table_pass(nnp_table_rows *t, const char *at)
{
    if (!t->pass || !t->text || (at > t->passed && at - t->passed < NNP_TABLE_PIECE))
        return;
    if (at > t->passed)
        t->pass(t->arg, (size_t)(at - t->text));
    t->passed = at;
}

/* ---- what is told ---- */

#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
static inline void
nnp_table_tell(char *note, const char *form, ...)
{
    enum { NOTE = sizeof ((nnp_table_rows *)0)->note[0] };

    size_t  at = strlen(note);
    va_list args;

    va_start(args, form);
    vsnprintf(note + at, NOTE - at, form, args);
    va_end(args);
    if (strlen(note) + 1 == NOTE) /* it is longer */
        memcpy(note + NOTE - 4, "...", 4);
}

static inline const char *nnp_table_called(const nnp_table *t, size_t used, char number[24])
{
    return nnp_columns_name(&t->names, t->columns.v[used].at, number);
}

static inline void nnp_table_tell_dropped(nnp_table_rows *t)
{
    char *note = t->note[NNP_TABLE_DROPPED], number[24];
    int   more = 0;

    if (!t->dropped)
        return;
    nnp_table_tell(note, "%zu of %zu rows are left out: they have no value in", t->dropped,
                   t->dropped + t->count);
    for (size_t i = 0; i < t->table.columns.n; i++)
        if (t->table.cell[i].dropped)
            nnp_table_tell(note, "%s %.60s (%zu)", more++ ? "," : "",
                           nnp_table_called(&t->table, i, number),
                           t->table.cell[i].dropped);
}

/* "177 of age by 28.5, 2 of port by 'S'" */
static inline void nnp_table_tell_filled(nnp_table_rows *t)
{
    char *note = t->note[NNP_TABLE_FILLED], number[24];
    int   more = 0;

    for (size_t i = 0; i < t->table.columns.n; i++) {
        const nnp_cell *c = &t->table.cell[i];

        if (!c->missing || !c->fill)
            continue;
        nnp_table_tell(note, "%s %zu of %.60s", more++ ? "," : "filled in for missing:",
                       c->missing, nnp_table_called(&t->table, i, number));
        if (nnp_cell_is_words(c) && c->value[0] >= 0 && c->value[0] < (float)c->classes)
            nnp_table_tell(note, " by '%.40s'",
                           nnp_cell_word(c, (size_t)c->value[0]));
        else if (c->kind == NNP_CELL_NUMBER)
            nnp_table_tell(note, " by %.6g", (double)c->value[0]);
    }
}

static inline void nnp_table_tell_unknown(nnp_table_rows *t)
{
    char  *note = t->note[NNP_TABLE_UNKNOWN], number[24];
    size_t all = 0;

    for (size_t i = 0; i < t->table.columns.n; i++) {
        const nnp_cell *c = &t->table.cell[i];

        if (c->unknown && !t->coded)
            nnp_table_tell(note, "%s %zu of %.60s ('%.40s'%s)",
                           all ? "," : "in no row of the training:", c->unknown,
                           nnp_table_called(&t->table, i, number),
                           c->words.text[c->stranger], c->unknown > 1 ? ", ..." : "");
        all += c->unknown;
    }
    if (all)
        nnp_table_tell(note, "; %zu such word%s as 0", all,
                       all > 1 ? "s count" : " counts");
}

/* Missing numbers get their values now, where nothing else is told by a NaN. */
static inline void nnp_table_fill(nnp_table_rows *t)
{
    for (size_t i = 0; i < t->table.columns.n; i++) {
        const nnp_cell *c = &t->table.cell[i];

        if (!c->missing || !c->value || c->marks || nnp_cell_is_words(c))
            continue;
        for (size_t r = 0; r < t->count; r++) {
            float *v = t->value + r * t->table.slots + c->slot;

            for (size_t k = 0; k < c->slots; k++)
                v[k] = isnan(v[k]) ? c->value[k] : v[k];
        }
    }
}

/* ---- what is learnt ---- */

/* Do columns first..end - 1 wait for it? */
static inline int nnp_table_has_to_learn(const nnp_table_rows *t, size_t first, size_t end)
{
    for (size_t i = first; !t->coded && !t->learnt && i < end; i++)
        if (nnp_cell_learns(&t->table.cell[i]))
            return 1;
    return 0;
}

static inline int nnp_table_learns(const nnp_table_rows *t)
{
    return nnp_table_has_to_learn(t, 0, t->table.columns.n);
}

/* Words of the other rows that no training row has. */
static inline void nnp_table_count_unknown(nnp_table_rows *t, nnp_cell *c)
{
    c->unknown = 0;
    for (size_t r = t->count; r-- > 0;) {
        float v = t->value[r * t->table.slots + c->slot];

        if (isnan(v) || c->class_of[(size_t)v] < c->classes)
            continue;
        c->unknown++;
        c->stranger = (size_t)v;
    }
}

/* Of these rows, as they are counted here. -1: why. Notes are those of this from now on. */
static inline int nnp_table_learn(nnp_table_rows *t, const int64_t *row, size_t n)
{
    char number[24];

    memset(t->note, 0, sizeof t->note);
    for (size_t i = 0; i < t->table.columns.n; i++) {
        nnp_cell   *c = &t->table.cell[i];
        const char *name = nnp_table_called(&t->table, i, number);
        int         rc;

        if (!nnp_cell_learns(c))
            continue;
        rc = nnp_cell_learn(c, t->value + c->slot, t->table.slots, row, n);
        if (rc)
            snprintf(t->why, sizeof t->why,
                     rc < 0 ? "out of memory"
                            : "column %.100s: no training row has a value that could be "
                              "filled in",
                     name);
        if (rc)
            return -1;
        if (nnp_cell_is_words(c))
            nnp_table_count_unknown(t, c);
        if (c->unknown && t->strict) {
            snprintf(t->why, sizeof t->why,
                     "column %.100s: '%.60s' is in no row of the training, only in "
                     "another part; `unknown: zero` lets it count as 0",
                     name, c->words.text[c->stranger]);
            return -1;
        }
    }
    t->learnt = 1;
    nnp_table_lay_out(&t->table);
    nnp_table_tell_filled(t);
    nnp_table_tell_unknown(t);
    nnp_table_fill(t);
    if (nnp_table_call(&t->table) == 0)
        return 0;
    snprintf(t->why, sizeof t->why, "out of memory");
    return -1;
}

/* ---- a row ---- */

/* Are the numbers of columns first..end - 1 those of the raw row? */
static inline int nnp_table_is_plain(const nnp_table_rows *t, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (nnp_cell_is_words(&t->table.cell[i]) || t->table.cell[i].marks)
            return 0;
    return 1;
}

/* The numbers of a stream of the row. */
static inline void nnp_table_write_row(const nnp_table_rows *t, size_t row, size_t first,
                                       size_t end, float *to)
{
    const float *raw = t->value + row * t->table.slots;

    for (size_t i = first; i < end; i++)
        nnp_cell_write(&t->table.cell[i], raw + t->table.cell[i].slot,
                       to + t->table.cell[i].out);
}
#endif
