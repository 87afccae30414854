/* SPDX-License-Identifier: MIT */
/* A sample, and its way forward through the layers. item: only this layer, or NULL. */
#ifndef NNP_EXPLAIN_FORWARD_LINES_H
#define NNP_EXPLAIN_FORWARD_LINES_H
#include "explain/units.h"

void forward_lines_sample(const struct maker *m);
void forward_lines(const struct maker *m, const char *item);
#endif
