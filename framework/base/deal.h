/* SPDX-License-Identifier: MIT */
/* Rows dealt into parts by chance, each class in the same proportion. Every row has a
 * place: the classes stand one behind the other, within a class the rows are shuffled. A
 * part takes its places evenly from the whole line, so that it has of every class the
 * share it has of all rows, to the row below or above. No table of random numbers, no
 * sorting: what a row gets is a function of seed, classes and row alone. */
#ifndef NNP_BASE_DEAL_H
#define NNP_BASE_DEAL_H
#include <stdbool.h>
#include <stdint.h>

/* row[i] is the class of row i, 0..classes-1, and becomes its place, 0..n-1. -1: there is
 * no memory for a number per class. */
int deal_places(uint64_t seed, int64_t classes, int64_t *row, int64_t n);
/* Of `take` places taken evenly from `of`: how many stand before `place`. */
int64_t deal_before(int64_t place, int64_t take, int64_t of);
/* Is it one of those? If not it has the place *place of the of - take that are left. */
bool deal_takes(int64_t *place, int64_t take, int64_t of);
/* Is it in hand i when all places are dealt to k hands in turn? Else as deal_takes. */
bool    deal_hand(int64_t *place, int64_t i, int64_t k);
int64_t deal_hand_size(int64_t i, int64_t k, int64_t of);
#endif
