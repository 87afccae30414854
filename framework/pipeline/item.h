/* SPDX-License-Identifier: MIT */
/* One plugin with its parameters: what all kinds of items have in common. */
#ifndef NNP_PIPELINE_ITEM_H
#define NNP_PIPELINE_ITEM_H
#include "pipeline/read.h"

struct parts { /* an item taken apart */
    const struct place *place;
    struct node        *node;   /* the whole of it, variables replaced */
    struct node        *key;    /* the plugin's name; NULL: `use` stands in its place */
    struct node        *value;  /* its parameters as written, or NULL */
    const struct node  *blocks; /* names that count as plugins, or NULL */
    struct node        *beside; /* map of the reserved keys, `of to where` included */
};

/* Takes a replaced item apart; blocks (or NULL) is a map whose keys count as plugins. */
int item_split(struct read *r, const struct place *p, struct node *n,
               const struct node *blocks, struct parts *out);
/* Is the key beside the plugin one of its parameters? Then says so and returns -1. */
int item_misplaced_param(struct read *r, const struct place *p, const struct node *plugin,
                         const struct node *key);
/* Finds the component and fills in its parameters; moves the port words out of them. */
int item_fill(struct read *r, struct parts *p, struct item *item);
/* A configuration of a component outside of any list (initializers). */
int           item_config(struct read *r, const struct component *c, const struct at *at,
                          const struct node *value, void **self);
struct item  *item_add(struct read *r, struct items *list);
struct input *item_input(struct read *r, struct item *item, const char *port,
                         const char *stream, struct at at);
/* `as`: a name or a list of names, checked; 0 when there is none, -1 after a message. */
int item_names(struct read *r, const struct parts *p, struct node ***out);
/* train, eval, or a condition over variables; 0: it leaves the item out. */
int         item_when(struct read *r, const struct scope *s, const struct parts *p,
                      enum when *out);
const char *item_note(const struct parts *p);
/* mse, then mse2, mse3: names of losses, metrics and reports. */
const char *item_unique(struct read *r, const struct items *list, const char *base);
#endif
