/* SPDX-License-Identifier: MIT */
/* Nothing is wrong with this one: what the others are compared with. */
#include "bad.h"

static const nnp_component component = { BAD_HEAD("good"), BAD_SLOTS };
NNP_PLUGIN(good, "1.0", "MIT", "", &component)
