/* SPDX-License-Identifier: MIT */
/* At least three inputs, at most two. */
#include "bad.h"

static const nnp_component component = { BAD_HEAD("inputs_swapped"), .min_in = 3,
                                         .max_in = 2, BAD_SLOTS };
NNP_PLUGIN(inputs_swapped, "1.0", "MIT", "", &component)
