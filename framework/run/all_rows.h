/* SPDX-License-Identifier: MIT */
/* The training rows of an estimator that asks for all of them at once: gathered batch by
 * batch, with scratch for so many. The estimator's frame points at them while it fits. */
#ifndef NNP_RUN_ALL_ROWS_H
#define NNP_RUN_ALL_ROWS_H
#include "run/session.h"

enum { WHOLE_INPUTS = 64 };

struct whole {
    struct session    *session;
    const struct graph_node *node;
    struct instance         *inst; /* of the node */
    nnp_tensor         in[WHOLE_INPUTS]; /* all rows */
    unsigned char     *scratch;
};

/* Room for all training rows of the node's inputs. whole_close in any case. */
int whole_open(struct whole *w, struct session *s, const struct graph_node *n,
               struct diag *d);
/* The batch at hand is that from row `first` on. */
void whole_take(struct whole *w, int64_t first);
/* Once all rows are there: the next calls of the node are about them. */
int whole_begin(struct whole *w, struct diag *d);
/* The frame is that of a batch again; not after a failure, when nothing is called. */
int whole_close(struct whole *w, bool failed, struct diag *d);
#endif
