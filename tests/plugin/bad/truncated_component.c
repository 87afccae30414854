/* SPDX-License-Identifier: MIT */
/* The descriptor ends before its slots. */
#include "bad.h"

static const nnp_component component = { .size = 24,
                                         .tag = NNP_TAG("layer", "truncated_component"),
                                         .doc = "y = x, with a fault",
                                         BAD_SLOTS };
NNP_PLUGIN(truncated_component, "1.0", "MIT", "", &component)
