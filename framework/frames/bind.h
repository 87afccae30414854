/* SPDX-License-Identifier: MIT */
/* Where every tensor of the instances lies: the one place that knows how much memory they
 * need, and the one that gives an address to a stream, a scratch, a state, a weight. All of
 * it is on the thread that trains, but bind_node, which belongs to who makes the batch. */
#ifndef NNP_FRAMES_BIND_H
#define NNP_FRAMES_BIND_H
#include "frames/frames.h"
#include "plan/plan.h"

struct saved_state {  /* a STATE tensor of a node, by name, for files and snapshots */
    const char *name; /* "data.scale1.min", "batchnorm1.mean" */
    const struct graph_node *node;
    const struct decl       *decl;
    nnp_tensor              *t;
    size_t                   offset; /* in `states` */
    bool grows; /* its rows are learned: it has memory of its own, not in `states` */
    bool lasts; /* learned, not just what a metric or an estimator adds up in a pass */
};

struct memory { /* from open to close */
    struct weights      weights;
    unsigned char      *slab; /* of the plan at work */
    size_t              slab_bytes;
    unsigned char      *states; /* of the nodes */
    size_t              states_bytes;
    struct saved_state *state;
    size_t              n_state;
    unsigned char      *optimizer_states; /* of chain and penalties, with their scratch */
    size_t              optimizer_bytes;
    void              **stream; /* by stream: where a batch of the data lies now */
};

struct tray {               /* memory for one batch of the data */
    unsigned char *slab;    /* all of it; its owner frees it */
    void         **stream;  /* by stream */
    unsigned char *scratch; /* of one node at a time */
    int64_t       *index;   /* of its rows in the data */
};

/* Sizes and offsets of all that the frames will need; nothing is allocated yet. With
 * `train` the chain is opened, because only its setup knows what it keeps. -1: it
 * refuses. */
int  bind_measure(struct memory *m, struct frames *f, bool train, struct diag *d);
/* Everything, as zeros, with a slab for plans of so many bytes. -1 with a message. */
int  bind_open(struct memory *m, struct frames *f, size_t slab, bool train,
               struct diag *d);
void bind_close(struct memory *m); /* also when half of it is there */
/* A slab for plans of more bytes: what lay in it is gone. */
int  bind_grow(struct memory *m, struct frames *f, size_t slab, struct diag *d);
/* A state that grows gets n rows, as it does in fit; of another one nothing changes. -1:
 * there is no memory. */
int  bind_rows(const struct frames *f, const struct saved_state *s, int64_t n,
               struct diag *d);
/* Memory for tensors, all zeros, to be freed; NULL after "WHAT need 12.3 MiB ...". */
unsigned char *bind_zeros(size_t bytes, const char *what, struct diag *d);

/* Points the instances of the model at the slab, as this plan has it, and at the batch of
 * the data at hand. */
void bind_plan(struct frames *f, const struct memory *m, const struct plan *p);
/* Values and gradients of a stream; NULL: the plan has no such thing. */
void  *bind_value(const struct frames *f, const struct memory *m, const struct plan *p,
                  int stream);
float *bind_gradient(const struct memory *m, const struct plan *p, int stream);
/* Sets an instance up for other inputs than those of a batch, as many: its next calls are
 * about them, and what it makes goes nowhere. frames_rows with other rows, then bind_plan
 * undo it. The memory that its scratch is in, to be freed; NULL after errors. */
unsigned char *bind_apart(struct instance *i, const nnp_tensor *in, struct diag *d);

/* The data's part. */
size_t bind_tray_bytes(const struct frames *f, int64_t batch);
int  bind_tray(const struct frames *f, struct tray *t, int64_t batch,
               struct diag *d);
/* Points a node of the data's part at a batch. train: `when` items as in training. */
void bind_node(const struct frames *f, size_t node, const struct tray *t,
               bool train);
#endif
