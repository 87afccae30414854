/* SPDX-License-Identifier: MIT */
/* Whether more of a figure is better: the plugin that takes it promises NNP_HIGHER. */
#ifndef NNP_PIPELINE_HIGHER_H
#define NNP_PIPELINE_HIGHER_H
#include "pipeline/spec.h"

/* The item of a list whose figure it is, NAME, or a detail of its, NAME.KEY; or NULL. */
const struct item *higher_owner(const struct items *list, const char *figure);
/* Of "val.accuracy" and "accuracy.top5", which are about the metric accuracy; of a report's
 * "compare.gain". What no item of this file takes is judged by the plugin of its name. */
bool higher_figure(const struct spec *s, const char *figure);
/* Of the plugin that a metric is called after; false where there is none, as for a loss. */
bool higher_plugin(struct registry *r, const char *metric);
#endif
