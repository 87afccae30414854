/* SPDX-License-Identifier: MIT */
/* One training step as numbers: forward, the error, back-propagation, the update, with the
 * formulas of the plugins. `nnpipe explain` prints it; whoever shows a net may, too. */
#ifndef NNP_EXPLAIN_EXPLAIN_H
#define NNP_EXPLAIN_EXPLAIN_H
#include "base/split.h"
#include "explain/sheet.h"
#include "run/session.h"

struct explain_options {
    enum split  split;
    int64_t     sample; /* row of the split; -1: all rows of a batch, weight by weight */
    int64_t     step;   /* from 1: the updates before it are trained first */
    const char *item;   /* only lines about this one, or NULL */
    const char *unit;   /* only about this one of a layer, "g1" or "dense1[3]"; or NULL */
    int64_t     terms;  /* of a sum that are shown; 0: 6 */
    bool        items;  /* names of the file, even where f, g, h would do */
};

/* The session was opened for training. Its weights are those after the step. */
int explain_step(struct sheet *out, struct session *s, const struct explain_options *o,
                 struct diag *d);
#endif
