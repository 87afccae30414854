/* SPDX-License-Identifier: MIT */
/* Rows that a user hands to predict and eval. */
#ifndef NNP_ROWS_ROWS_H
#define NNP_ROWS_ROWS_H
#include <nnpipe/labels.h>
#include "base/diag.h"
#include "base/strbuf.h"
#include "run/given_rows.h"

/* The rows at a path; "-" is standard input. What the loader of the run knows the form of
 * (its CSV file, a folder of images) another instance of it reads. For what it does not
 * know the first bytes say what it is:
 *   .npy   an array with g->row numbers for each index of its first axis
 *   .npz   an array for each stream, called as it is
 *   JSON   lines, [1, 2], or {"x": [1, 2], "y": 0} with names of streams or columns
 *   CSV    with names of columns in the first line, or without: then g->row numbers a line
 * Names that are not needed are passed by. A class has its name or its number. rows_close
 * is needed in any case. */
int  rows_read(const char *path, struct given_rows *g, struct diag *d);
/* The same of n bytes with a 0 behind them, malloc'ed, which g takes; g->row is not 0. */
int  rows_read_bytes(const char *path, char *bytes, size_t n, struct given_rows *g,
                     struct diag *d);
void rows_close(struct given_rows *g);

/* ---- shared by the readers of one form each ---- */

struct rows_name { /* of a stream or column */
    const char *name;
    int64_t     at, size; /* size 0: it is known but not needed */
};

struct rows {
    const char        *path;
    struct given_rows *g;
    double            *v; /* malloc'ed: n rows, and one that is being read */
    int64_t            n, room;
    size_t             line; /* of the text; 0: there are none, row n counts */
    const char       **number; /* names of the numbers of a row */
    struct rows_name  *names;  /* sorted */
    size_t             n_names;
    nnp_labels        *labels; /* by stream */
    struct arena       scrap;
    struct diag       *d;
};

int rows_csv(struct rows *r, const char *text, size_t size);
int rows_json(struct rows *r, char *text, size_t size);
int rows_npy(struct rows *r, const unsigned char *bytes, size_t n);
/* JSON lines as the CSV of a table, names of columns first: maps of single values, of which
 * one at least is no number or has a name that only the loader can know. false: they are
 * not; `to` holds nothing of use. */
bool rows_records(struct rows *r, const char *text, size_t size, struct strbuf *to);
int rows_npz(struct rows *r, const unsigned char *bytes, size_t n);

/* The place of the row that is read next, or NULL with a message. */
double *rows_next(struct rows *r);
/* A number into a row, if its stream can hold it. A class that is called by a number is
 * found by that. */
int rows_put(struct rows *r, double *row, int64_t at, double v);
/* What is no number may be the name of a class. */
int         rows_put_text(struct rows *r, double *row, int64_t at, const char *text);
const char *rows_where(struct rows *r); /* "rows.csv:3" or "rows.npy: row 2" */
/* A stream or column; NULL: there is none of that name. */
const struct rows_name *rows_find(const struct rows *r, const char *name);
const char             *rows_layout(struct rows *r); /* "x (x1, x2), y (out)" */
#endif
