/* SPDX-License-Identifier: MIT */
/* Where trainings from several seeds end: those with about the same loss are one group. */
#ifndef NNP_VIEW_ENDS_H
#define NNP_VIEW_ENDS_H
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"

struct end {
    uint64_t seed;
    double   loss;   /* NaN: it diverged */
    size_t   number; /* its owner's */
    size_t   group;  /* set by ends_group, from 1; what diverged is in the last one */
};

/* Sorts them by loss, equal ones by seed, and numbers the groups: a new one begins where
 * the gap is more than 1/20 of the spread and more than ten times the median gap, so that
 * evenly spread ends stay together. How many there are. */
size_t ends_group(struct arena *a, struct end *v, size_t n);
#endif
