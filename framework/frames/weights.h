/* SPDX-License-Identifier: MIT */
/* All parameters in one slab: first the trained ones, group by group (same rate factor,
 * same decay), so that an elementwise optimizer is one sweep a group; then transposed
 * copies, whose gradient is wanted but goes elsewhere; then the frozen ones. */
#ifndef NNP_FRAMES_WEIGHTS_H
#define NNP_FRAMES_WEIGHTS_H
#include <stdbool.h>
#include "graph/graph.h"

struct group {       /* weights that one optimizer call may update together */
    size_t first, n; /* floats in the slab */
    double lr;
    bool   decay;
};

struct weights {
    float        *w, *g;      /* all parameters, all gradients: same offsets */
    size_t       *offset;     /* by param, in floats, 64-byte aligned */
    size_t        n;          /* floats in all */
    size_t        n_trained;  /* the trained ones come first, group by group */
    size_t        n_gradient; /* then those whose gradient goes elsewhere (transposed) */
    struct group *groups;
    size_t        n_groups;
};

/* Where each param will lie; w and g stay NULL. */
void weights_layout(struct arena *a, const struct graph *g, struct weights *w);
/* A param as it lies in a slab with these offsets: w, g, or a copy of one. */
nnp_tensor weights_tensor(const struct weights *w, const struct graph *g, float *slab,
                          size_t param);
/* Copies of transposed weights follow their originals; their gradients go back. */
void weights_mirror(const struct weights *w, const struct graph *g);
void weights_collect(const struct weights *w, const struct graph *g);
#endif
