/* SPDX-License-Identifier: MIT */
/* Least, most, mean and deviation of numbers that come one after the other, in f64 and as
 * `standardize` takes them: Welford (1962), "Note on a method for calculating corrected
 * sums of squares and products". */
#ifndef NNP_VIEW_SPREAD_H
#define NNP_VIEW_SPREAD_H
#include "base/json.h"
#include "base/strbuf.h"

struct spread {               /* all zeros: of nothing */
    double n, missing, zeros; /* numbers; those that are NaN, which are none; zeros */
    double least, most, mean, squares; /* of differences from the mean, not divided */
};

void spread_add(struct spread *s, double v);
/* Four columns of 12, as the line of names below. */
#define SPREAD_NAMES "       least        most        mean   deviation"
void spread_print(const struct spread *s, struct strbuf *out);
/* The same as members of an object. */
void spread_json(const struct spread *s, struct json *j);
#endif
