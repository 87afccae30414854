/* SPDX-License-Identifier: MIT */
/* The rows of an estimator or a metric that asks for all of them at once (ALL_ROWS):
 * gathered batch by batch, with scratch for so many. Its frame points at them while it
 * fits. */
#ifndef NNP_RUN_ALL_ROWS_H
#define NNP_RUN_ALL_ROWS_H
#include "run/session.h"

enum { WHOLE_INPUTS = 64 };

struct all_rows {
    struct session    *session;
    const struct graph_node *node;
    struct instance         *inst; /* of the node */
    nnp_tensor         in[WHOLE_INPUTS]; /* all rows */
    int64_t            shape[WHOLE_INPUTS][DECL_MAX_DIMS];
    unsigned char     *scratch;
};

/* Room for so many rows of the node's inputs. all_rows_close in any case. */
int all_rows_open(struct all_rows *w, struct session *s, const struct graph_node *n,
                  int64_t rows, struct diag *d);
/* The batch at hand is that from row `first` on. */
void all_rows_take(struct all_rows *w, int64_t first);
/* Once all rows are there: the next calls of the node are about them. */
int all_rows_begin(struct all_rows *w, struct diag *d);
/* The frame is that of a batch again; not after a failure, when nothing is called. */
int all_rows_close(struct all_rows *w, bool failed, struct diag *d);
#endif
