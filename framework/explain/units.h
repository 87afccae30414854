/* SPDX-License-Identifier: MIT */
/* Units of a captured step: which are shown, and what their numbers are. */
#ifndef NNP_EXPLAIN_UNITS_H
#define NNP_EXPLAIN_UNITS_H
#include "explain/maker.h"

enum { UNITS_ALL = 8, UNITS_SOME = 3 }; /* of a layer: up to, else so many */

/* The one that is called so is m's only one; -1: there is none, which is told. */
int units_find(struct maker *m, const char *typed, struct diag *d);
/* Has a rank lines at all? */
bool units_shows(const struct maker *m, const struct rank *k);
/* All of few; of many those with the largest error signal. `at` has room for UNITS_ALL. */
size_t units_pick(const struct maker *m, int stream, size_t *at);
/* A line about the others. */
void units_rest(const struct maker *m, int stream, const size_t *at, size_t shown);
/* About terms that were left out, or NULL. */
const char *units_note(const struct maker *m, size_t left, double rest);
/* And about what the terms are short of v by: a number may be read, or a weight be used,
 * by others too. *sum goes on then. */
const char *units_note_others(const struct maker *m, const struct factors *p, size_t n,
                              size_t left, double rest, double v,
                              const char **sum);
/* "too low" or "too high", by the sign of a derivative; 0: NULL. */
const char *units_verdict(double v);
double units_value(const struct maker *m, const struct rank *k, nnp_factor f);
void   units_factor(struct factors *p, double v);
/* The numbers of a term. */
struct factors units_product(const struct maker *m, const struct rank *k,
                             const struct sum_term *t);
#endif
