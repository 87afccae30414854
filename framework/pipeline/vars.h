/* SPDX-License-Identifier: MIT */
/* Variables: $name and $(expression), replaced while the tree is read. */
#ifndef NNP_PIPELINE_VARS_H
#define NNP_PIPELINE_VARS_H
#include "pipeline/read.h"

struct binding {
    const char        *name;
    const struct node *raw;   /* as written */
    struct node       *value; /* replaced, at first use */
    struct at          at;    /* of the key */
    int                state; /* 0 not looked at, 1 being replaced, 2 done */
    bool               used;
};

struct scope { /* names and their values; a block's arguments stand before the file's */
    const struct scope *outer;
    const struct scope *home; /* where the raw values are looked up */
    struct binding     *v;
    size_t              n;
};

void vars_open(struct read *r, const struct node *vars);
/* A deep copy with all variables replaced. What could not be replaced (and was complained
 * about) stays as it was written; vars_left says so. */
struct node *vars_replace(struct read *r, const struct scope *s, const struct node *n);
bool         vars_left(const struct node *n);
void         vars_close(struct read *r); /* warns about the unused, fills spec->vars */
/* Value of an expression over variables: 1, 0, or -1 after a message. */
bool vars_is_word(const char *text); /* letters, digits and _ */
bool vars_has(const struct scope *s, const char *name);
int  vars_test(struct read *r, const struct scope *s, const struct node *n);
#endif
