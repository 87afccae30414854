/* SPDX-License-Identifier: MIT */
/* The parameter tables of plugins: defaults, YAML values and their checks, into `self`. */
#ifndef NNP_LANGUAGE_PARAMS_H
#define NNP_LANGUAGE_PARAMS_H
#include <nnpipe/plugin.h>
#include "base/arena.h"
#include "base/diag.h"
#include "plugin/range.h" /* the texts of nnp_param.range */
#include "text/tree.h"

struct params_of { /* whose parameters are filled in */
    struct arena        *arena; /* strings and lists are put there */
    const nnp_component *c;
    const char          *what; /* the plugin's name, for messages */
    const struct at     *at;   /* the item's place, or NULL */
    const char          *data; /* a folder of data sets, or NULL */
};

/* Fills self: defaults, then `value` (NULL or NODE_NULL: defaults only; a scalar or list:
 * the MAIN parameter, or the first one; a map: by name). Paths (PATH, PATHS) are looked up
 * beside the file they stand in, in p->data, in ../datasets beside the file and in the
 * installed data folder, in this order; where nothing is found the first stays. Every
 * mistake is reported: "dense: no parameter is called 'unit'; 'units' is", "units: 0 is
 * outside [1,inf)", "units: is required (output features)". */
int params_apply(const struct params_of *p, const struct node *value, void *self,
                 struct diag *d);

/* One parameter by name, from text, while running (schedules, tests); range-checked. */
int params_set(const nnp_component *c, void *self, const char *name, double value);
int params_get(const nnp_component *c, const void *self, const char *name, double *value);
const nnp_param *params_find(const nnp_component *c, const char *name);
/* The one flagged MAIN, else the first; NULL: there is none. */
const nnp_param *params_main(const nnp_component *c);
const nnp_param *params_then(const nnp_component *c); /* flagged FOLLOWED_BY, or NULL */
/* Where p's value is written in an item's value: a member of the map, or the short form.
 * NULL: nowhere. */
struct node **params_slot(const nnp_component *c, const nnp_param *p, struct node **value);

/* All parameters with their values, as a map node in the table's order (--resolved). */
struct node *params_node(struct arena *a, const nnp_component *c, const void *self,
                         struct at at);
#endif
