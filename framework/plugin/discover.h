/* SPDX-License-Identifier: MIT */
/* Finds plugin files in the order of abi.md section 8 and scans them; opens none. */
#ifndef NNP_PLUGIN_DISCOVER_H
#define NNP_PLUGIN_DISCOVER_H
#include <stdbool.h>
#include "base/arena.h"
#include "base/diag.h"
#include "plugin/component.h"
#include "plugin/scan.h"
#include "plugin/trust.h"

struct found {
    struct plugin_file file;
    struct scan        scan;
    const char        *real;   /* absolute, without links */
    bool               chosen;     /* by --plugin */
    bool               distrusted; /* skipped for who may write to it */
};

struct discover {
    struct arena  *arena;
    bool           trust_all; /* --trust: owner and mode are not looked at */
    struct trust   trust;
    const char    *distrusted; /* folders that others may write to, "A B", or NULL */
    struct found **files; /* a file of two names once, under the first */
    size_t         n, room;
    const char    *folders; /* searched, "A, B", for messages; NULL: none */
    /* The first folder or file that a fault of the machine kept from being read, and why:
     * what is missing for that reason must not look as if it were not installed. */
    const char    *fault;
    int            fault_why;
};

/* A file or a folder that the user named; -1 if it cannot be used. */
int discover_chosen(struct discover *v, const char *path, struct diag *d);
/* Folders with a colon between; an empty one stands for the built-in folder. */
void discover_search(struct discover *v, const char *path);
/* One file; NULL if there is none of this name. Also one that was found already. */
struct found *discover_file(struct discover *v, const char *path);
#endif
