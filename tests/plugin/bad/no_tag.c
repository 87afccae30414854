/* SPDX-License-Identifier: MIT */
/* The tag lacks what makes it one. */
#include "bad.h"

static const nnp_component component = { .size = sizeof component,
                                         .tag = "layer:no_tag",
                                         .doc = "y = x, with a fault",
                                         BAD_SLOTS };
NNP_PLUGIN(no_tag, "1.0", "MIT", "", &component)
