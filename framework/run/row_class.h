/* SPDX-License-Identifier: MIT */
/* Which class a row of a target says. */
#ifndef NNP_RUN_ROW_CLASS_H
#define NNP_RUN_ROW_CLASS_H
#include <nnpipe/plugin.h>

/* Of value i of n: a number, or the place of the largest of a row that sums to 1; -1:
 * none of 0..classes-1. */
int64_t row_class(const nnp_tensor *t, size_t i, size_t n, size_t classes);
#endif
