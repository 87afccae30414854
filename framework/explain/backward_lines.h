/* SPDX-License-Identifier: MIT */
/* Back-propagation: the error signal of each unit, from the last to the first, and the
 * gradient of each weight. item: only this layer, or NULL. */
#ifndef NNP_EXPLAIN_BACKWARD_LINES_H
#define NNP_EXPLAIN_BACKWARD_LINES_H
#include "explain/units.h"

void backward_lines(const struct maker *m, const char *item);
#endif
