/* SPDX-License-Identifier: MIT */
/* Values from the command line, put into the tree before it is read. */
#ifndef NNP_SPEC_SET_H
#define NNP_SPEC_SET_H
#include "spec/read.h"

/* set: "path=value", "path+=item", "path=" (removes); NULL-terminated, or NULL. */
int set_apply(struct read *r, struct node *tree, const char *const *set);
#endif
