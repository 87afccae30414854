/* SPDX-License-Identifier: MIT */
/* What commands write into a cell of CSV. */
#ifndef NNP_CLI_CSV_CELL_H
#define NNP_CLI_CSV_CELL_H
#include <nnpipe/plugin.h>
#include "base/strbuf.h"

/* In quotes where it has to be. */
void csv_cell_text(struct strbuf *s, const char *text);
/* Element i, with the digits by which the same number is read again. */
void csv_cell_number(struct strbuf *s, const nnp_tensor *t, size_t i);
#endif
