/* SPDX-License-Identifier: MIT */
/* What the files of this folder share while one pipeline file is read: each of them reads
 * one section of the tree into the spec. Nothing of this is kept. */
#ifndef NNP_PIPELINE_READ_H
#define NNP_PIPELINE_READ_H
#include "language/grammar.h"
#include "language/names.h"
#include "pipeline/spec.h"
#include "language/vars.h"

struct modelling;

struct read {
    struct arena              *a;
    struct diag               *d;
    struct registry           *registry;
    struct services           *services;
    const struct spec_options *options;
    struct spec               *spec;
    struct scope *vars;  /* the file's; blocks put their arguments before them */
    struct names *names; /* streams and items */
    bool open_metrics;   /* one could not be read: an unknown name may be its own */
    bool missing_told; /* that the data are missing, which a fact is asked of */
    bool facts_ready;    /* the loader was asked: $data... can be answered, or never will */
    const char           *output; /* stream of the model's last item, as written */
    const struct node    *tree; /* of the file, or of the stage */
    struct at             top; /* the file's first letter: for what is missing from it */
    struct stage_reading *stage; /* NULL: the file is one training */
};

/* Beside it where the tree is that of a stage, derived from the file's. */
struct stage_reading {
    const struct node *file; /* the whole of it */
    const struct node *main; /* its model, when the stage has another one, or NULL */
    struct modelling  *main_items; /* the items of that, once somebody used one */
    bool               inherits; /* a stage with another model has the file's metrics */
};

/* Is this key missing from the top, and no other one a wrong word for it? */
static inline bool read_lacks(const struct read *r, const char *key)
{
    const struct node *n = tree_find(r->tree, key);

    return (!n || n->kind == NODE_NULL) &&
           !grammar_meant(r->tree, &grammar_file, key, r->a);
}

/* The sections, in the order they are read. */

void requires_check(struct read *r, const struct node *n);
void data_read(struct read *r, const struct node *data);
/* After a look at the start of the data: reads all of them, once, for what the start does
 * not say. false: that was done before, or they cannot be read, which is told. */
bool data_read_whole(struct read *r);
void split_read(struct read *r, const struct node *split);
/* Opens the loader of a test part of its own: `node` is the loader, as under data.source.
 * -1 after a message. */
int data_read_tests(struct read *r, struct node *node);
/* Opens it again, to follow what the loader of data.source has learnt. */
void data_follow(struct read *r);
/* Has the loader learn of the training rows, if it wants to; after split_read. */
void learn_training(struct read *r);
void model_read(struct read *r, const struct node *model, const struct node *blocks);
void loss_read(struct read *r, struct node *loss);
void loss_read_metrics(struct read *r, struct node *metrics);
void loss_read_report(struct read *r, struct node *report);
void optim_read(struct read *r, const struct node *optim);
void train_read(struct read *r, const struct node *train);
/* n: as written, or NULL. After all that a search can be about. */
void search_read(struct read *r, const struct node *n);
/* Checks that a name is that of a metric that will be there ("val.loss"). */
int          train_metric(struct read *r, const struct at *at, const char *name);
struct node *resolved_tree(struct read *r);
#endif
