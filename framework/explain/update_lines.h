/* SPDX-License-Identifier: MIT */
/* What an update made of the weights, in the words of the optimizer. */
#ifndef NNP_EXPLAIN_UPDATE_LINES_H
#define NNP_EXPLAIN_UPDATE_LINES_H
#include "explain/maker.h"

enum { UPDATE_ALL = 12, UPDATE_SOME = 3 }; /* weights of a tensor: up to, else so many */

/* The elements of a tensor to show: all of a small one, else those with the largest
 * gradient. `at` has room for UPDATE_ALL; how many there are. */
size_t update_lines_pick(const struct maker *m, size_t param, size_t *at);
void   update_lines(const struct maker *m, const char *item);
#endif
