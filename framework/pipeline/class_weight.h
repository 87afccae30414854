/* SPDX-License-Identifier: MIT */
/* How much rows count in a loss: `sample_weight` and `class_weight` beside it. */
#ifndef NNP_PIPELINE_CLASS_WEIGHT_H
#define NNP_PIPELINE_CLASS_WEIGHT_H
#include "pipeline/item.h"
#include "pipeline/read.h"

void class_weight_read(struct read *r, const struct parts *p, struct item *item);
/* As it would be written, with every default; NULL: there is none. */
struct node *class_weight_resolved(struct arena *a, struct class_weight *w);
#endif
