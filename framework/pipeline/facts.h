/* SPDX-License-Identifier: MIT */
/* What the data say of themselves: $data.classes, $data.count, $data.x.shape. */
#ifndef NNP_PIPELINE_FACTS_H
#define NNP_PIPELINE_FACTS_H
#include "pipeline/read.h"

/* The fact without its "data.", as a scalar or a list; NULL after a message. A vars_fact,
 * whose first argument is the struct read. */
struct node *facts_node(void *read, const char *name, const struct at *at,
                        struct diag *d);
#endif
