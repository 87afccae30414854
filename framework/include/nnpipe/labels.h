/* SPDX-License-Identifier: MIT */
/*
 * Labels of a text, words or numbers, which become classes 0, 1, ... in their order: that
 * of the numbers if all are numbers, else that of their bytes.
 *
 *   nnp_labels_sort(l, n);                     l: the labels of n rows
 *   rc = nnp_labels_name(l, n, &labels);       names of the classes; -1: no memory
 *   class = nnp_labels_find(&labels, &field);  labels.n: there is no such class
 *   nnp_labels_close(&labels);
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_LABELS_H
#define NNPIPE_LABELS_H
#include <nnpipe/csv.h>

typedef struct nnp_label {
    nnp_csv_field text;
    double        number; /* or NaN */
    size_t        row;
} nnp_label;

typedef struct nnp_labels { /* names of classes; all zero: there are none */
    char  **name; /* malloc'd with their text */
    size_t  n;
    double *number; /* of each; NULL: they are not all numbers */
} nnp_labels;

static inline int nnp_labels_by_text(const void *a, const void *b)
{
    const nnp_csv_field *x = &((const nnp_label *)a)->text;
    const nnp_csv_field *y = &((const nnp_label *)b)->text;
    int                  way = memcmp(x->at, y->at, x->n < y->n ? x->n : y->n);

    return way ? way : (x->n > y->n) - (x->n < y->n);
}

static inline int nnp_labels_by_number(const void *a, const void *b)
{
    double x = ((const nnp_label *)a)->number, y = ((const nnp_label *)b)->number;

    return (x > y) - (x < y);
}

typedef int nnp_labels_order(const void *, const void *);

static inline nnp_labels_order *nnp_labels_ordered(const nnp_label *l, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (isnan(l[i].number))
            return nnp_labels_by_text;
    return nnp_labels_by_number;
}

/* By class. */
static inline void nnp_labels_sort(nnp_label *l, size_t n)
{
    qsort(l, n, sizeof *l, nnp_labels_ordered(l, n));
}

/* Of labels in that order: how many classes there are. The class of each row goes to
 * class_of[row * step], unless that is NULL. */
static inline size_t nnp_labels_count(const nnp_label *l, size_t n, float *class_of,
                                      size_t step)
{
    nnp_labels_order *order = nnp_labels_ordered(l, n);
    size_t            classes = 0;

    for (size_t i = 0; i < n; i++) {
        classes += i == 0 || order(&l[i - 1], &l[i]) != 0;
        if (class_of)
            class_of[l[i].row * step] = (float)(classes - 1);
    }
    return classes;
}

static inline void nnp_labels_close(nnp_labels *to)
{
    free(to->name);
    free(to->number);
    memset(to, 0, sizeof *to);
}

/* Room for n names of so many bytes with their zeros; returns where the first begins. */
static inline char *nnp_labels_room(nnp_labels *to, size_t n, size_t bytes)
{
    memset(to, 0, sizeof *to);
    to->name = (char **)malloc(n * sizeof *to->name + bytes);
    to->number = (double *)malloc(n * sizeof *to->number);
    if (to->name && to->number)
        return (char *)(to->name + n);
    nnp_labels_close(to);
    return NULL;
}

/* One name more; returns where the next begins. */
static inline char *nnp_labels_add(nnp_labels *to, const nnp_csv_field *f, char *at)
{
    to->name[to->n] = at;
    if (to->number)
        to->number[to->n] = nnp_csv_number(f);
    if (to->number && isnan(to->number[to->n])) {
        free(to->number);
        to->number = NULL;
    }
    to->n++;
    return nnp_csv_text(f, at) + 1;
}

/* The names of the classes of labels in order, each as one of its rows has it. */
static inline int nnp_labels_name(const nnp_label *l, size_t n, nnp_labels *to)
{
    nnp_labels_order *order = nnp_labels_ordered(l, n);
    size_t            classes = nnp_labels_count(l, n, NULL, 0), bytes = 0;
    char             *at;

    for (size_t i = 0; i < n; i++)
        bytes += i == 0 || order(&l[i - 1], &l[i]) ? l[i].text.n + 1 : 0;
    at = nnp_labels_room(to, classes, bytes);
    for (size_t i = 0; at && i < n; i++)
        if (i == 0 || order(&l[i - 1], &l[i]))
            at = nnp_labels_add(to, &l[i].text, at);
    return at ? 0 : -1;
}

/* The class of a label; classes that are numbers are found by number. */
static inline size_t nnp_labels_find(const nnp_labels *in, const nnp_csv_field *f)
{
    double v = in->number ? nnp_csv_number(f) : 0;
    size_t i = 0;

    while (i < in->n && (in->number ? in->number[i] != v : !nnp_csv_is(f, in->name[i])))
        i++;
    return i;
}

/* "ant, bee, wasp", and "..." if they are too many. */
static inline const char *nnp_labels_list(const nnp_labels *in, char *text, size_t room)
{
    size_t at = 0;

    *text = 0;
    for (size_t i = 0; i < in->n && at < room; i++) {
        if (at + strlen(in->name[i]) + 8 > room) {
            snprintf(text + at, room - at, ", ...");
            break;
        }
        at += (size_t)snprintf(text + at, room - at, "%s%s", i ? ", " : "", in->name[i]);
    }
    return text;
}
#endif
