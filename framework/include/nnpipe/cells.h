/* SPDX-License-Identifier: MIT */
/*
 * How the cells of a column become the numbers that a model reads: as they are, words as
 * columns of 0 and 1 (one_hot) or as 1, 2, ... (ordinal), dates as parts, and what stands
 * where there is no value. While a table is read a cell is kept raw: numbers and parts of
 * dates as they are, a word as its place in `words`, NaN where it is missing. What is
 * learnt of the training rows makes the rest:
 *
 *   if (nnp_cell_learn(&cell, raw, stride, rows, n)) ...    of the training rows
 *   nnp_cell_write(&cell, raw_of_a_row, to);                cell.width numbers
 *
 * A word that no training row has is unknown: zeros in one_hot, 0 in ordinal.
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_CELLS_H
#define NNPIPE_CELLS_H
#include <nnpipe/dates.h>
#include <nnpipe/labels.h>
#include <nnpipe/words.h>

enum { NNP_CELL_NUMBER, NNP_CELL_DATE, NNP_CELL_ONE_HOT, NNP_CELL_ORDINAL };
enum { NNP_FILL_NONE, NNP_FILL_MEAN, NNP_FILL_MEDIAN, NNP_FILL_MOST, NNP_FILL_VALUE };
enum { NNP_CELL_SLOTS = NNP_DATE_PLAIN + 2 * (NNP_DATE_PARTS - NNP_DATE_PLAIN) };

typedef struct nnp_cell { /* all zero: a number, which has to be there */
    uint8_t     kind, fill;
    uint8_t     mark; /* wanted: a number more, 1 where a value is missing */
    uint8_t     marks, filled; /* learnt: it is there; `value` is known */
    uint8_t     n_parts, part[NNP_DATE_PARTS];
    size_t      slot, slots; /* of a raw row */
    size_t      out, width;  /* of a row of its stream */
    nnp_words   words;
    size_t      ordered; /* so many of them are in an order that was given */
    size_t     *class_of; /* by word; >= classes: unknown. NULL: word i is class i */
    size_t      classes;
    float      *value; /* by slot: what a missing one is; of words a class */
    const char *text;  /* of NNP_FILL_VALUE */
    char      **name;  /* of each number, malloc'd; NULL: that of the column */
    size_t      missing, unknown, dropped; /* counted while reading */
    size_t      stranger;                  /* a word that was unknown */
} nnp_cell;

static inline void nnp_cell_close(nnp_cell *c)
{
    for (size_t i = 0; c->name && i < c->width; i++)
        free(c->name[i]);
    free((void *)c->name);
    free(c->class_of);
    free(c->value);
    nnp_words_close(&c->words);
    memset(c, 0, sizeof *c);
}

static inline int nnp_cell_is_words(const nnp_cell *c)
{
    return c->kind >= NNP_CELL_ONE_HOT;
}

/* Numbers of a row, by what is known so far: as long as nothing is learnt all words are
 * classes. */
static inline void nnp_cell_measure(nnp_cell *c)
{
    c->slots = 1;
    for (size_t i = 0; c->kind == NNP_CELL_DATE && i < c->n_parts; i++)
        c->slots += (i > 0) + (c->part[i] >= NNP_DATE_PLAIN);
    if (nnp_cell_is_words(c) && !c->class_of)
        c->classes = c->ordered ? c->ordered : c->words.n;
    c->width = (c->kind == NNP_CELL_ONE_HOT ? c->classes : c->slots) + c->marks;
}

/* Does it have to be learnt of the training rows? */
static inline int nnp_cell_learns(const nnp_cell *c)
{
    return (nnp_cell_is_words(c) && !c->class_of) || (c->fill && !c->filled) ||
           (c->mark && !c->filled);
}

/* ---- a row ---- */

static inline size_t nnp_cell_class(const nnp_cell *c, float raw)
{
    if (isnan(raw))
        return c->value && c->value[0] >= 0 ? (size_t)c->value[0] : c->classes;
    if (raw < 0)
        return c->classes;
    return c->class_of ? c->class_of[(size_t)raw] : (size_t)raw;
}

/* raw: of this column. */
static inline void nnp_cell_write(const nnp_cell *c, const float *raw, float *to)
{
    size_t k, n = c->width - c->marks;

    if (c->marks)
        to[n] = isnan(raw[0]) ? 1.0f : 0.0f;
    if (c->kind == NNP_CELL_ORDINAL) {
        k = nnp_cell_class(c, raw[0]);
        to[0] = k < c->classes ? (float)(k + 1) : 0.0f;
    } else if (c->kind == NNP_CELL_ONE_HOT) {
        memset(to, 0, n * sizeof *to);
        k = nnp_cell_class(c, raw[0]);
        if (k < n)
            to[k] = 1.0f;
    } else {
        for (k = 0; k < n; k++)
            to[k] = isnan(raw[k]) && c->value ? c->value[k] : raw[k];
    }
}

static inline void nnp_cell_date(const nnp_cell *c, const nnp_date *d, float *raw)
{
    double v[2];

    for (size_t i = 0; i < c->n_parts; i++)
        for (size_t k = 0, n = nnp_date_part(d, c->part[i], v); k < n; k++)
            *raw++ = (float)v[k];
}

/* ---- what is learnt ---- */

/* Rows of a matrix, `stride` apart, of which this column begins at `raw`. */
struct nnp_cell_rows {
    const float   *raw;
    size_t         stride, n;
    const int64_t *row;
};

static inline float nnp_cell_at(const struct nnp_cell_rows *r, size_t i)
{
    return r->raw[(size_t)r->row[i] * r->stride];
}

static inline int nnp_cell_by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

/* The value in the middle of n, or the mean of the two there. */
static inline float nnp_cell_median(float *v, size_t n)
{
    size_t low = 0, high = n - 1, mid = n / 2;
    float  below;

    while (low < high) { /* Hoare's selection */
        float  pivot = v[low + (high - low) / 2];
        size_t i = low, j = high;

        for (;;) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i >= j)
                break;
            float swap = v[i];
            v[i++] = v[j];
            v[j--] = swap;
        }
        if (j < mid)
            low = j + 1;
        else
            high = j;
    }
    if (n % 2)
        return v[mid];
    below = v[0];
    for (size_t i = 1; i < mid; i++)
        below = v[i] > below ? v[i] : below;
    return (float)(((double)below + (double)v[mid]) / 2);
}

/* The value that is there most often; of several the smallest. */
static inline float nnp_cell_most(float *v, size_t n)
{
    size_t best = 0, run = 0;
    float  most = v[0];

    qsort(v, n, sizeof *v, nnp_cell_by_size);
    for (size_t i = 0; i < n; i++) {
        run = i && v[i] == v[i - 1] ? run + 1 : 1;
        if (run > best) {
            best = run;
            most = v[i];
        }
    }
    return most;
}

/* 1: no row has a value; -1: no memory. */
static inline int nnp_cell_fill_of(const struct nnp_cell_rows *r, int fill, float *to)
{
    float *v = (float *)malloc((r->n + 1) * sizeof *v);
    size_t n = 0;
    double sum = 0;

    for (size_t i = 0; v && i < r->n; i++) {
        v[n] = nnp_cell_at(r, i);
        sum += isnan(v[n]) ? 0 : (double)v[n];
        n += !isnan(v[n]);
    }
    if (v && n && fill == NNP_FILL_MEAN)
        *to = (float)(sum / (double)n);
    else if (v && n)
        *to = fill == NNP_FILL_MEDIAN ? nnp_cell_median(v, n) : nnp_cell_most(v, n);
    free(v);
    return v ? n == 0 : -1;
}

/* A word that stands for a missing one gets a class of its own where training rows need
 * it. */
static inline void nnp_cell_fill_word(nnp_cell *c, size_t *used, size_t missing)
{
    nnp_csv_field f = { c->text, strlen(c->text), 0 };
    size_t        k = nnp_words_find(&c->words, &f);

    if (missing)
        used[k]++;
    c->value[0] = (float)k;
}

/* The classes of the words that are used: those of an order that was given first, the
 * others as they sort. Words that are one number are one class. -1: no memory. */
static inline int nnp_cell_number_words(nnp_cell *c, const size_t *used)
{
    nnp_label *l = (nnp_label *)calloc(c->words.n + 1, sizeof *l);
    float     *class_of = (float *)malloc((c->words.n + 1) * sizeof *class_of);
    size_t     n = 0;

    c->class_of = (size_t *)malloc((c->words.n + 1) * sizeof *c->class_of);
    for (size_t i = 0; l && i < c->words.n; i++) {
        if (!used[i] || c->ordered)
            continue;
        l[n].text.at = c->words.text[i];
        l[n].text.n = strlen(c->words.text[i]);
        l[n].number = nnp_csv_number(&l[n].text);
        l[n++].row = i;
    }
    if (l && class_of && c->class_of) {
        nnp_labels_sort(l, n);
        c->classes = c->ordered ? c->ordered : nnp_labels_count(l, n, class_of, 1);
        for (size_t i = 0; i < c->words.n; i++)
            c->class_of[i] = i < c->ordered ? i : c->classes;
        for (size_t i = 0; i < n; i++)
            c->class_of[l[i].row] = (size_t)class_of[l[i].row];
    }
    free(l);
    free(class_of);
    return c->class_of && l && class_of ? 0 : -1;
}

static inline int nnp_cell_learn_words(nnp_cell *c, const struct nnp_cell_rows *r,
                                       size_t missing)
{
    size_t *used = (size_t *)calloc(c->words.n + 1, sizeof *used), most = 0;
    int     rc = used ? 0 : -1;

    for (size_t i = 0; used && i < r->n; i++) {
        float v = nnp_cell_at(r, i);

        if (!isnan(v))
            used[(size_t)v]++;
    }
    for (size_t k = 1; used && k < c->words.n; k++)
        most = used[k] > used[most] ? k : most;
    if (used && c->value)
        c->value[0] = (float)most;
    if (used && c->fill == NNP_FILL_VALUE)
        nnp_cell_fill_word(c, used, missing);
    else if (used && c->fill && !used[most])
        rc = 1;
    if (!rc)
        rc = nnp_cell_number_words(c, used);
    if (!rc && c->value)
        c->value[0] =
            c->words.n ? (float)c->class_of[(size_t)c->value[0]] : (float)c->classes;
    free(used);
    return rc;
}

static inline int nnp_cell_learn_fill(nnp_cell *c, const struct nnp_cell_rows *r)
{
    struct nnp_cell_rows of = *r;

    for (size_t k = 0; k < c->slots; k++, of.raw++) {
        int rc = c->fill == NNP_FILL_VALUE ? 0
                                           : nnp_cell_fill_of(&of, c->fill, &c->value[k]);

        if (rc)
            return rc;
    }
    return 0;
}

/* Of n rows of a matrix, `stride` numbers apart, in which this column begins at `raw`. 1:
 * none of them has a value that could be filled in; -1: no memory. */
static inline int nnp_cell_learn(nnp_cell *c, const float *raw, size_t stride,
                                 const int64_t *row, size_t n)
{
    struct nnp_cell_rows r = { raw, stride, n, row };
    size_t               missing = 0;
    int                  rc = 0;

    for (size_t i = 0; i < n; i++)
        missing += isnan(nnp_cell_at(&r, i)) != 0;
    if (c->fill && !c->value)
        c->value = (float *)calloc(c->slots, sizeof *c->value);
    if (c->fill && !c->value)
        return -1;
    c->marks = c->mark && missing;
    if (nnp_cell_is_words(c))
        rc = nnp_cell_learn_words(c, &r, missing);
    else if (c->fill)
        rc = nnp_cell_learn_fill(c, &r);
    c->filled = !rc;
    if (!rc)
        nnp_cell_measure(c);
    return rc;
}

/* ---- names ---- */

/* The word of a class, one of those that are the same number. */
static inline const char *nnp_cell_word(const nnp_cell *c, size_t k)
{
    size_t i = 0;

    while (i + 1 < c->words.n && (c->class_of ? c->class_of[i] : i) != k)
        i++;
    return c->words.text[i];
}

static inline char *nnp_cell_join(const char *column, const char *between, const char *to)
{
    size_t n = strlen(column) + strlen(between) + strlen(to) + 1;
    char  *s = (char *)malloc(n);

    if (s)
        snprintf(s, n, "%s%s%s", column, between, to);
    return s;
}

static inline size_t nnp_cell_name_date(nnp_cell *c, const char *column)
{
    size_t at = 0;
    char   part[40];

    for (size_t i = 0; i < c->n_parts; i++) {
        const char *name = nnp_date_name(c->part[i]);
        int         twice = c->part[i] >= NNP_DATE_PLAIN;

        for (int k = 0; k <= twice; k++) {
            snprintf(part, sizeof part, "%s%s", name, !twice ? "" : k ? ".cos" : ".sin");
            c->name[at++] = nnp_cell_join(column, ".", part);
        }
    }
    return at;
}

/* "sex=male", "date.month", "age missing"; column: what it is called. -1: no memory. */
static inline int nnp_cell_call(nnp_cell *c, const char *column)
{
    size_t at = 0;

    if (c->name || (c->kind == NNP_CELL_NUMBER && !c->marks))
        return 0;
    c->name = (char **)calloc(c->width + 1, sizeof *c->name);
    if (!c->name)
        return -1;
    if (c->kind == NNP_CELL_DATE)
        at = nnp_cell_name_date(c, column);
    else if (c->kind != NNP_CELL_ONE_HOT)
        c->name[at++] = nnp_cell_join(column, "", "");
    for (size_t i = 0; c->kind == NNP_CELL_ONE_HOT && i < c->words.n; i++) {
        size_t k = c->class_of ? c->class_of[i] : i;

        if (k < c->classes && !c->name[k])
            c->name[k] = nnp_cell_join(column, "=", c->words.text[i]);
    }
    if (c->marks)
        c->name[c->width - 1] = nnp_cell_join(column, " ", "missing");
    for (size_t i = 0; i < c->width; i++)
        if (!c->name[i])
            return -1;
    return 0;
}
#endif
