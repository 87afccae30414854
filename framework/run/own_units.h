/* SPDX-License-Identifier: MIT */
/* A target that was standardized or scaled, and what is compared with it, in the unit
 * that the data have it in: metrics that promise NNP_IN_UNITS get them so, and so do
 * `predict` and reports. The loss stays in the unit that is trained. */
#ifndef NNP_RUN_OWN_UNITS_H
#define NNP_RUN_OWN_UNITS_H
#include "run/session.h"

/* Bytes that own_units_open will take. */
size_t own_units_bytes(const struct session *s);
int    own_units_open(struct session *s, struct diag *d);
void   own_units_close(struct session *s);

/* Puts them into the metric for the batch at hand, until own_units_give_back. Of another
 * metric nothing is lent. */
struct own_units_lent {
    void *in[2]; /* what was there, NULL: nothing was lent */
};
struct own_units_lent own_units_lend(const struct session *s, const struct graph_node *n);
void own_units_give_back(const struct session *s, const struct graph_node *n,
                         const struct own_units_lent *l);
/* Rows of a target, or of a stream that shares its unit, in place. */
void own_units_restore(const struct session *s, int target, float *v, size_t rows);
#endif
