/* SPDX-License-Identifier: MIT */
/* Which row of the data is in which part, where the parts are not just one range each:
 * dealt by chance, classes in proportion, or taken from a list. Whoever needs it, the
 * training or what learns of the training rows before it, finds the same rows. */
#ifndef NNP_PIPELINE_SPLIT_DEAL_H
#define NNP_PIPELINE_SPLIT_DEAL_H
#include "pipeline/split_rows.h"

/* How rows are read: *to becomes stream `out` of the loader for n rows from row `first`, at
 * most `batch`. Rows behind those of the loader are those of a test part of its own. */
struct split_reader {
    int (*read)(void *arg, int out, int64_t first, int64_t n, nnp_tensor *to,
                struct diag *d);
    void   *arg;
    int64_t batch;
};

/* The classes of all rows. */
struct split_classes {
    int64_t    *of;       /* by row: its class, 0..classes-1; the caller's, for n rows */
    int64_t     n, first; /* rows; the number that class 0 stands for */
    int64_t     classes;  /* 0: the stream holds no classes */
    double      two[2];   /* a single column of two values: these */
    int         n_two;
    bool        whole; /* a single column of whole numbers */
    const char *stream;
};

struct split_order {
    struct row_range splits[N_SPLITS]; /* places in `order` */
    int64_t         *order; /* rows of the data, malloc'd; NULL: a place is a row */
    int64_t          in_proportion; /* classes that are so in all parts, or 0 */
};

/* Does who deals these parts have to know the classes? */
bool split_deal_asks(const struct data_spec *data, const struct part_rows rows[N_SPLITS]);
/* Reads the stream that split.stratify names, else y. */
int split_deal_classes(const struct data_spec *data, const struct split_reader *from,
                       struct split_classes *l, struct diag *d);
/* l: as split_deal_classes left it, or without classes. *out is all zero. */
int split_deal(const struct data_spec *data, uint64_t seed, const struct split_whole *w,
               const struct part_rows parts[N_SPLITS], const struct split_classes *l,
               struct split_order *out, struct diag *d);
#endif
