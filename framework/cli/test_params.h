/* SPDX-License-Identifier: MIT */
/* Parameters to test a component with: what the user gave, and for the required ones that
 * he did not, a value of the right type inside the range. */
#ifndef NNP_CLI_TEST_PARAMS_H
#define NNP_CLI_TEST_PARAMS_H
#include <nnpipe/plugin.h>
#include "base/arena.h"
#include "base/diag.h"
#include "text/tree.h"

struct test_given {
    const struct node *with; /* a map, a value of the main parameter, or NULL */
    const char *const *set;  /* "NAME=VALUE", NULL-terminated, or NULL */
};

/* A map of parameters: what is given, and guesses where that leaves out what has no
 * default. param, if not NULL, is set to `text` whatever was given. NULL: text or a guess
 * cannot be made (a file, a tree), with a message. */
struct node *test_params_guess(struct arena *a, const nnp_component *c,
                               const struct test_given *given, const char *param,
                               const char *text, struct diag *d);
/* YAML text as a tree; what messages call it is `name`. */
struct node *test_params_parse(struct arena *a, const char *name, const char *text,
                               struct diag *d);
#endif
