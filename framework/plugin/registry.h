/* SPDX-License-Identifier: MIT */
/* Which plugins there are, and the descriptor behind a kind and a name. Files are scanned
 * for their tags without running anything; a file is opened when a component of it is
 * wanted. */
#ifndef NNP_PLUGIN_REGISTRY_H
#define NNP_PLUGIN_REGISTRY_H
#include <stdbool.h>
#include "base/arena.h"
#include "base/diag.h"
#include "plugin/component.h"

struct registry_options {
    const char *const *plugins; /* --plugin FILE|DIR, NULL-terminated, or NULL */
    const char        *path; /* folders, colon between; empty: the built-in one */
    bool               trust;   /* --trust: do not look at owner and mode */
};

struct registry;
/* Scans; complains only about --plugin paths that cannot be used. abi.md section 8. */
struct registry *registry_open(struct arena *a, const struct registry_options *o,
                               struct diag *d);
void             registry_close(struct registry *r);

size_t                    registry_n_files(const struct registry *r);
const struct plugin_file *registry_file(const struct registry *r, size_t i);

/* What lets files be used that are skipped for who may write to them, "chmod go-w A B"
 * or --trust; NULL: none is. */
const char *registry_trust_hint(const struct registry *r, struct arena *a);

/* Is there such a component (nothing is loaded)? kinds: "layer transform", any of them;
 * the kind found, or NULL. */
const char *registry_has(const struct registry *r, const char *kinds, const char *name);
/* The component, loaded and validated at first use; NULL and a diag entry (at `at`) if
 * there is none (with the nearest name of these kinds, or the kind it is instead), if two
 * files offer it, or if the plugin is refused. */
const struct component *registry_find(struct registry *r, const char *kinds,
                                      const char *name, const struct at *at,
                                      struct diag *d);
/* The nth component that was found so far, whoever asked for it; NULL: there are no
 * more. */
const struct component *registry_loaded(const struct registry *r, size_t n);
/* Names of the components of these kinds, sorted, NULL-terminated, in arena memory. */
const char *const *registry_names(struct registry *r, const char *kinds, struct arena *a);

/* Loads one file outside the search (plugin test): all its components; -1 and a diag
 * entry if it is refused. */
int registry_load_file(struct registry *r, const char *path,
                       const struct component **first, size_t *n, struct diag *d);
#endif
