/* SPDX-License-Identifier: MIT */
/* A layer that maps numbers one by one as a picture: the function and its gradient. */
#ifndef NNP_CLI_PLUGIN_PLOT_H
#define NNP_CLI_PLUGIN_PLOT_H
#include <stdbool.h>
#include "base/arena.h"
#include "base/strbuf.h"
#include "plugin/registry.h"

/* Has it such a picture? */
bool plugin_plot_can(const struct component *t);
/* SVG text, with default parameters. data: where data sets lie, or NULL. -1 with a message
 * if there is no picture. */
int plugin_plot(struct arena *a, const struct component *t, const char *data,
                struct strbuf *out, struct diag *d);
#endif
