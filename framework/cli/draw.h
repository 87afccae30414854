/* SPDX-License-Identifier: MIT */
/* The graph as a picture: for Graphviz, or drawn by ourselves. */
#ifndef NNP_CLI_DRAW_H
#define NNP_CLI_DRAW_H
#include "base/strbuf.h"
#include "graph/graph.h"

void draw_dot(const struct graph *g, struct strbuf *out);
void draw_svg(const struct graph *g, struct strbuf *out);
#endif
