/* SPDX-License-Identifier: MIT */
/* Between model.c, which reads lists of items, block.c, which unrolls blocks, and wire.c,
 * which connects the items once all of them are known. */
#ifndef NNP_PIPELINE_MODEL_H
#define NNP_PIPELINE_MODEL_H
#include "pipeline/item.h"
#include "language/refs.h"

enum { MODEL_MOST_ITEMS = 4096 };

struct draft { /* what is known of an item before all names are */
    struct ref  *in;
    const char **port; /* parallel to in */
    size_t       n_in;
    struct ref   use; /* name NULL: none */
    struct ref   to;  /* target of an estimator; name NULL: not said */
    struct ref  *share;
    const char  *prefix;
    bool         then; /* put behind another item by a parameter of that */
};

struct modelling {
    struct read       *r;
    struct items      *items;  /* the spec's */
    struct draft      *drafts; /* parallel to items */
    size_t             room;
    const struct node *blocks; /* name: {args, inputs, layers}, or NULL */
    bool              *used;   /* parallel to the blocks */
    bool               full;   /* the message about too many items was given */
};

struct call { /* one copy of an item of a list, about to be read */
    struct listing *frame;
    struct parts *parts;
    struct node **as; /* names to give, n_as 0: generate one */
    int           n_as;
    bool          then;    /* put behind the item above by its parameter */
    bool          chained; /* not the first copy of `repeat`: its first input is prev */
};

/* Reads a list of items into the frame; frame->prev is the last output afterwards. */
void model_list(struct modelling *m, struct listing *frame, const struct node *seq);
/* Takes `from` of a call apart into refs (and ports); n 0: there is none. -1: complained.
 */
int model_from(struct modelling *m, const struct call *c, struct ref **refs,
               const char ***ports, size_t *n);
/* `as` of a call gets an alias for what stands in frame->prev. */
void model_alias(struct modelling *m, const struct call *c, const struct ref *to);

void block_check(struct modelling *m);
void block_use(struct modelling *m, const struct call *c, const struct node *block);

/* The item that the parameter `then` (`activation`) asks for where it is a map
 * ({leaky_relu: 0.1}), set aside before the parameters are read, for the parameter itself
 * is text; or NULL. */
struct node *follow_take(struct read *r, struct parts *p, const nnp_component *c,
                         const nnp_param *then);
/* The item to put behind `item`, whose parameters are read; NULL: none. */
struct node *follow_item(struct read *r, struct parts *p, const struct item *item,
                         const nnp_param *then, struct node *taken);

/* init, share, freeze and lr of an item; what is shared is looked up later. */
void treat_item(struct modelling *m, const struct call *c, struct item *item,
                struct draft *draft);

/* Number and ports of an item's inputs; puts those given by port into order. */
int  wire_check(struct read *r, struct item *item);
/* Does the component take n inputs? -1 after a message: the only one about that. */
int  wire_count(struct read *r, const struct item *item, size_t n);
void wire_items(struct modelling *m);
#endif
