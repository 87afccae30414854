/* SPDX-License-Identifier: MIT */
/* A layer without forward. */
#include "bad.h"

static const nnp_component component = { BAD_HEAD("missing_slot"), .setup = bad_setup,
                                         .backward = bad_backward };
NNP_PLUGIN(missing_slot, "1.0", "MIT", "", &component)
