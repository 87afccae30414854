/* SPDX-License-Identifier: MIT */
/* Words for what a descriptor says, shared by `plugin info` and `schema`. */
#ifndef NNP_CLI_DESCRIBE_H
#define NNP_CLI_DESCRIBE_H
#include <stdbool.h>
#include <nnpipe/plugin.h>
#include "base/arena.h"
#include "base/strbuf.h"

const char *describe_type(const nnp_param *p); /* "real", "list of integers" */
/* Names of the promises, separated by blanks: "free-in inplace"; "" for none. */
const char *describe_promises(struct arena *a, uint32_t flags);
/* Do components of this kind read streams that a file can name? */
bool        describe_has_inputs(const char *kind);
const char *describe_inputs(struct arena        *a,
                            const nnp_component *c); /* "1", "2 or more" */
/* First line of the doc, and what stands behind it ("" if nothing). */
const char *describe_summary(struct arena *a, const nnp_component *c);
const char *describe_rest(const nnp_component *c);
#endif
