/* SPDX-License-Identifier: MIT */
/* The graph as a picture: for Graphviz, or drawn by ourselves. */
#ifndef NNP_VIEW_DRAW_H
#define NNP_VIEW_DRAW_H
#include <stdbool.h>
#include "base/strbuf.h"
#include "graph/graph.h"

struct session;

/* Text with what XML would take for its own escaped. */
void draw_text(struct strbuf *s, const char *text);
void draw_dot(const struct graph *g, struct strbuf *out);
/* A box for each item; what is long stands in several columns. */
void draw_svg(const struct graph *g, struct strbuf *out);

/* Is the model a chain of few units, each tied to all before it (a small perceptron)? */
bool draw_units_can(const struct graph *g);
/* Such a model with its units as circles and its weights as lines: the thicker, the larger;
 * colours for the sign, rings for biases. The session holds the weights. */
void draw_units(const struct session *s, struct strbuf *out);
#endif
