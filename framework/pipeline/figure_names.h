/* SPDX-License-Identifier: MIT */
/* The figures that a training may have at its end, before it has any: what is asked of them
 * can be refused while nothing is lost yet. */
#ifndef NNP_PIPELINE_FIGURE_NAMES_H
#define NNP_PIPELINE_FIGURE_NAMES_H
#include "language/expr.h"
#include "pipeline/spec.h"

/* "loss" and the metrics of the file, NULL-terminated: what may be meant by a name without
 * its part of the data. In the arena. */
const char *const *figure_names(struct arena *a, const struct spec *s);
/* Is it one of them, or a detail of one, "confusion.1.7"? */
bool figure_names_metric(const struct spec *s, const char *name);
/* Is every name of a condition "loss", "penalty", or a figure of a metric, a report or an
 * item of the model, which estimators have? Of figures with a dot behind the item's name
 * only that name is known. -1 after a message, which `who` begins. */
int figure_names_check(const struct spec *s, const struct expr *e, const char *who,
                       struct diag *d);
#endif
