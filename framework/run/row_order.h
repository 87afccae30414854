/* SPDX-License-Identifier: MIT */
/* The rows of the parts of the data, where they are not just one range each: dealt by
 * chance, classes in proportion, or taken from a list. */
#ifndef NNP_RUN_ROW_ORDER_H
#define NNP_RUN_ROW_ORDER_H
#include "pipeline/split_deal.h"
#include "run/session.h"

/* Bytes of it, and of what is needed to make it. */
size_t row_order_bytes(const struct session *s);
/* Fills s->splits and, if need be, s->order (malloc). All rows are read once where classes
 * have to be known: to deal them, and before a training, to say which part lacks one. */
int row_order_open(struct session *s, const struct split_whole *w,
                   const struct part_rows parts[N_SPLITS],
                   const struct split_reader *from, struct diag *d);
#endif
