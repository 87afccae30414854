/* SPDX-License-Identifier: MIT */
/* Rows of numbers that a user hands to predict and eval. */
#ifndef NNP_ROWS_ROWS_H
#define NNP_ROWS_ROWS_H
#include "base/diag.h"
#include "run/given_rows.h"

/* The rows of a file into g->x (malloc'ed) and g->rows; "-" is standard input. The first
 * bytes say what it is:
 *   .npy   an array with g->row numbers for each index of its first axis
 *   JSON   lines, [1, 2], or {"x": [1, 2], "y": 0} with names of streams or columns
 *   CSV    with names of columns in the first line, or without: then g->row numbers a line
 * Names that are not needed are passed by. */
int rows_read(const char *path, struct given_rows *g, struct diag *d);

/* ---- shared by the readers of one form each ---- */

struct rows {
    const char   *path;
    struct given_rows *g;
    float        *v; /* malloc'ed: n rows, and one that is being read */
    int64_t       n, room;
    size_t        line; /* of the text; 0: there are none, row n counts */
    struct arena  scrap;
    struct diag  *d;
};

int rows_csv(struct rows *r, char *text, size_t size);
int rows_json(struct rows *r, char *text, size_t size);
int rows_npy(struct rows *r, const unsigned char *bytes, size_t n);

/* The place of the row that is read next, or NULL with a message. */
float *rows_next(struct rows *r);
/* A number into a row, if its stream can hold it. */
int rows_put(struct rows *r, float *row, int64_t at, double v);
const char *rows_where(struct rows *r); /* "rows.csv:3" or "rows.npy: row 2" */
/* Where in a row the numbers of a stream or column stand, and how many. size 0: it is known
 * but not needed; -1: there is none of that name. */
int         rows_find(struct rows *r, const char *name, int64_t *at, int64_t *size);
const char *rows_name(struct rows *r, int64_t at); /* of one number: "x1", or "x.0" */
const char *rows_layout(struct rows *r);           /* "x (x1, x2), y (out)" */
#endif
