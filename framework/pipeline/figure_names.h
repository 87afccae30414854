/* SPDX-License-Identifier: MIT */
/* The figures that a training may have at its end, before it has any: what is asked of
 * them can be refused while nothing is lost yet. */
#ifndef NNP_PIPELINE_FIGURE_NAMES_H
#define NNP_PIPELINE_FIGURE_NAMES_H
#include "base/split.h"
#include "language/expr.h"
#include "pipeline/spec.h"

/* "loss" and the metrics of the file, NULL-terminated: what may be meant by a name
 * without its part of the data. In the arena. */
const char *const *figure_names(struct arena *a, const struct spec *s);
/* Is it one of them, or a detail of one that promises to have some, "confusion.1.7"?
 * Which ones it has hangs on the data. */
bool figure_names_metric(const struct spec *s, const char *name);
/* Are there rows of that part? What the data themselves bring counts as well; data that
 * could not be asked may bring a test part. */
bool figure_names_part(const struct data_spec *data, enum split k);
/* Which of the names is meant by one that is none, "accuracy" by "accuracy.top5"; or
 * NULL. */
const char *figure_names_near(const char *bare, const char *const *names);
/* Of a name that is none of the `names` of figures: -1 after a message, which `who`
 * begins. */
int figure_names_refuse(const char *const *names, const struct at *at, const char *who,
                        const char *name, struct diag *d);
/* Of "val.loss" where there are no rows of val: -1 after a message. */
int figure_names_check_part(const struct spec *s, const struct at *at, const char *who,
                            const char *name, struct diag *d);
/* Is it "loss", "penalty", or a figure of a metric, a report or an item of the model,
 * which estimators have? Of figures with a dot behind the item's name only that name is
 * known. */
bool figure_names_any(const struct spec *s, const char *name);
/* Is every name of a condition one of these, with rows to be taken on? -1 after a
 * message.
 */
int figure_names_check(const struct spec *s, const struct expr *e, const char *who,
                       struct diag *d);
#endif
