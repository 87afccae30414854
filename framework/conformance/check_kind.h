/* SPDX-License-Identifier: MIT */
/* What the two halves of check 13 share. */
#ifndef NNP_CONFORMANCE_CHECK_KIND_H
#define NNP_CONFORMANCE_CHECK_KIND_H
#include "conformance/remains.h"

/* Relative to 1 + |b|; NaN is near NaN. */
bool   check_near(double a, double b, double tol);
size_t check_row_bytes(const nnp_tensor *t);
void   check_copy_rows(const nnp_tensor *to, size_t to_row, const nnp_tensor *from,
                      size_t row, size_t rows);
/* Rows of all inputs (and of dout) of another trial. */
void check_take_rows(struct trial *to, size_t to_row, const struct trial *from, size_t row,
                    size_t rows);
/* Half of the frame's rows, so that two of them make an even whole; 0: there is one row. */
int64_t check_half(const struct check *k);
void check_rows_independent(struct check *k);
void check_loss(struct check *k);
/* A third input of a loss or a metric: weights of the elements, 0 leaves one out. */
void check_mask(struct check *k);
void check_optimizer(struct check *k);
/* check_learning.c: kinds that have fit. */
void check_learning(struct check *k);
/* check_points.c: NaN at exact values and at large ones. */
void check_points(struct check *k);
/* check_formula.c: what nnp.formula/1 says against what the slots compute. */
void check_formula(struct check *k);
/* check_statics.c: memory of the file that changes. */
void check_statics(struct check *k);
/* check_file.c: the name of the variable of the plugin that lies there, or NULL. */
const char *check_file_symbol(struct check *k, const void *at);
/* check_sweep.c: READY and nnp.sweep/1 of a layer. */
void check_sweeps(struct check *k);
#endif
