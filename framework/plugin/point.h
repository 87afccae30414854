/* SPDX-License-Identifier: MIT */
/* A layer that maps numbers one by one is its nnp_sweep: the slots follow from it. */
#ifndef NNP_PLUGIN_POINT_H
#define NNP_PLUGIN_POINT_H
#include <nnpipe/plugin.h>

/* Gives the host's own copy of a component with a sweep the slots that it leaves out,
 * and what such slots promise. */
void point_fill(nnp_component *c);
#endif
