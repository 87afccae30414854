/* SPDX-License-Identifier: MIT */
/* Rows of numbers that a user hands to predict. */
#ifndef NNP_CLI_ROWS_H
#define NNP_CLI_ROWS_H
#include <stdint.h>
#include "base/diag.h"

struct rows {
    float  *v; /* malloc'ed, n times the row */
    int64_t n;
};

/* CSV without a header, JSON lines ([1,2] or 1 2), or .npy (told by its magic); "-" is
 * standard input. Every row must have `row` numbers: "rows.csv:3: 4 numbers, a row has
 * 2". */
int rows_read(const char *path, int64_t row, struct rows *out, struct diag *d);
#endif
