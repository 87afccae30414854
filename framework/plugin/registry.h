/* SPDX-License-Identifier: MIT */
/* Which plugins there are, and the descriptor behind a kind and a name. Files are scanned
 * for their tags without running anything; a file is opened when a component of it is
 * wanted. */
#ifndef NNP_PLUGIN_REGISTRY_H
#define NNP_PLUGIN_REGISTRY_H
#include <stdbool.h>
#include <nnpipe/plugin.h>
#include "base/arena.h"
#include "base/diag.h"

/* A loaded and validated component. The descriptor and its table are copies in the host's
 * own sizes, so `desc->extension`, `params[i].unit` can be read whatever header they came
 * from. */
struct component {
    const char          *kind, *name;
    const nnp_component *desc; /* desc->params is the host-sized copy too */
    const char          *file; /* real path of the .so */
    const char          *plugin, *version, *license, *url;
};

/* One tag seen in a file. */
struct tag {
    const char *kind, *name;
};

/* Every file seen, in search order. */
struct plugin_file {
    const char       *path;
    const struct tag *tags;
    size_t            n_tags;
    const char       *skipped; /* why it is not used ("writable by others"), or NULL */
};

struct registry_options {
    const char *const *plugins; /* --plugin FILE|DIR, NULL-terminated, or NULL */
    bool               trust;   /* --trust: do not look at owner and mode */
};

struct registry;
/* Scans; complains only about --plugin paths that cannot be used. abi.md section 8. */
struct registry *registry_open(struct arena *a, const struct registry_options *o,
                               struct diag *d);
void             registry_close(struct registry *r);

size_t                    registry_n_files(const struct registry *r);
const struct plugin_file *registry_file(const struct registry *r, size_t i);

/* Is there such a component (nothing is loaded)? kinds: "layer transform", any of them;
 * the kind found, or NULL. */
const char *registry_has(const struct registry *r, const char *kinds, const char *name);
/* The component, loaded and validated at first use; NULL and a diag entry (at `at`) if
 * there is none (with the nearest name of these kinds, or the kind it is instead), if two
 * files offer it, or if the plugin is refused. */
const struct component *registry_find(struct registry *r, const char *kinds,
                                      const char *name, const struct at *at,
                                      struct diag *d);
/* The nth component that was found so far, whoever asked for it; NULL: there are no more. */
const struct component *registry_loaded(const struct registry *r, size_t n);
/* Names of the components of these kinds, sorted, NULL-terminated, in arena memory. */
const char *const *registry_names(struct registry *r, const char *kinds, struct arena *a);

/* Loads one file outside the search (plugin test): all its components; -1 and a diag
 * entry if it is refused. */
int registry_load_file(struct registry *r, const char *path,
                       const struct component **first, size_t *n, struct diag *d);

/* "layer" and so on in the order of abi.md section 3, NULL-terminated. */
extern const char *const registry_kinds[];
#endif
