/* SPDX-License-Identifier: MIT */
/* Are the tables of a loaded plugin what the ABI asks for? They are copied into the
 * host's own sizes on the way, so that older and newer headers look alike afterwards.
 * Messages are "PATH: layer swish: parameter beta: what is wrong"; all mistakes of a
 * table are said. */
#ifndef NNP_PLUGIN_VALIDATE_H
#define NNP_PLUGIN_VALIDATE_H
#include <nnpipe/plugin.h>
#include "base/arena.h"
#include "base/diag.h"
#include "plugin/component.h"
#include "plugin/scan.h"

struct validate {
    struct arena    *arena; /* of the copies */
    const char      *path;  /* the file, for messages */
    const struct at *at;    /* who asked, or NULL */
    struct diag     *diag;
};

/* The plugin as a whole: ABI numbers, sizes, names, and that its components carry exactly
 * the tags that the scan found. out: a copy whose strings are not NULL. */
int validate_plugin(const struct validate *v, const nnp_plugin *theirs,
                    const struct scan *seen, nnp_plugin *out);
/* One component of it. out->file and the plugin's strings are the caller's. */
int validate_component(const struct validate *v, const nnp_component *theirs,
                       struct component *out);
/* KIND and NAME of a component of a validated plugin. */
int validate_tag(const struct validate *v, const nnp_component *theirs, struct tag *out);
/* One row of a parameter table: name, type, place, range, default, doc. `what` is "layer
 * swish"; self_size as in the component. In validate_param.c. */
int validate_param(const struct validate *v, const char *what, const nnp_param *p,
                   uint32_t self_size);
/* Bytes and alignment of what a parameter type stores in self; 0: no such type. */
uint32_t validate_param_size(uint32_t type, uint32_t *align);
#endif
