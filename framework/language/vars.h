/* SPDX-License-Identifier: MIT */
/* Variables: $name and $(expression), replaced while the tree is read. */
#ifndef NNP_LANGUAGE_VARS_H
#define NNP_LANGUAGE_VARS_H
#include "text/tree.h"

struct binding {
    const char        *name;
    const struct node *raw;   /* as written */
    struct node       *value; /* replaced, at first use */
    struct at          at;    /* of the key */
    int                state; /* 0 not looked at, 1 being replaced, 2 done */
    bool               used;
};

struct scope { /* names and their values; a block's arguments stand before the file's */
    struct vars        *all;
    const struct scope *outer;
    const struct scope *home; /* where the raw values are looked up */
    struct binding     *v;
    size_t              n;
};

/* What the data say under this name ($data.NAME), or NULL after a message. */
typedef struct node *vars_fact(void *arg, const char *name, const struct at *at,
                               struct diag *d);

/* The value of an environment variable, or NULL. */
typedef const char *vars_env(const char *name);

struct vars { /* of one file; every scope of it points here */
    struct arena *arena;
    vars_fact    *fact; /* called with arg, whenever $data.NAME is used */
    void         *arg;
    vars_env     *env;   /* for $env.NAME; NULL: there are none */
    size_t        n_replaced; /* nodes made by replacing variables, against bombs */
    struct scope  file;       /* what stands under `vars` */
};

/* The file's scope, in the arena; `vars` is the section, or NULL. */
struct scope *vars_open(struct arena *a, const struct node *vars, vars_fact *fact,
                        void *arg, vars_env *env, struct diag *d);
/* A deep copy with all variables replaced, NULL of NULL. What could not be replaced (and
 * was complained about) stays as it was written; vars_left says so. */
struct node *vars_replace(const struct scope *s, const struct node *n, struct diag *d);
bool         vars_left(const struct node *n);
bool         vars_is_word(const char *text); /* letters, digits and _ */
bool         vars_has(const struct scope *s, const char *name);
/* Value of a condition over variables: 1, 0, or -1 after a message. */
int vars_test(const struct scope *s, const struct node *n, struct diag *d);
#endif
