/* SPDX-License-Identifier: MIT */
/* What is known of a plugin: the tags that its file carries, and, once it is loaded, each
 * component of it. */
#ifndef NNP_PLUGIN_COMPONENT_H
#define NNP_PLUGIN_COMPONENT_H
#include <stdbool.h>
#include <stddef.h>
#include <nnpipe/formula.h>
#include <nnpipe/plugin.h>

/* A loaded and validated component. The descriptor and its table are copies in the host's
 * own sizes, so `desc->extension`, `params[i].unit` can be read whatever header they came
 * from. */
struct component {
    const char          *kind, *name;
    const nnp_component *desc; /* desc->params is the host-sized copy too */
    const char          *file; /* real path of the .so */
    const char          *plugin, *version, *license, *url;
    /* What loading its file changed in the process: "changes the umask to 000 (it was put
     * back)"; or NULL. */
    const char *left;
};

/* What a metric reports under `key`: NULL for its figure, which is called as the component
 * is, or the name of a detail of it: "top5" of "accuracy.top5" and of "acme.f1.top5". */
const char *component_detail(const struct component *c, const char *key);

/* What it says that it computes, in a struct of the host's own size; false: nothing.
 * self: its configuration; c: its frame, or NULL before setup. */
bool component_formula(const struct component *t, const nnp_ctx *c, const void *self,
                       nnp_formula *out);
/* The number that a parameter of this name is; false: there is none, or it is a text. */
bool component_number(const struct component *t, const void *self, const char *name,
                      double *value);
/* Is it an estimator that learns a target, the input behind its first one (port `to`)? */
bool component_has_target(const struct component *c);

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
#endif
