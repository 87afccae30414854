/* SPDX-License-Identifier: MIT */
/* What the data say of themselves: $data.classes, $data.count, $data.x.shape. */
#ifndef NNP_SPEC_FACTS_H
#define NNP_SPEC_FACTS_H
#include "spec/read.h"

/* The fact without its "data.", as a scalar or a list; NULL after a message. */
struct node *facts_node(struct read *r, const char *name, const struct at *at);
#endif
