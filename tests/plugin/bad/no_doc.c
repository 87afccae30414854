/* SPDX-License-Identifier: MIT */
/* A component without a doc. */
#include "bad.h"

static const nnp_component component = { NNP_COMPONENT("layer", "no_doc"), BAD_SLOTS };
NNP_PLUGIN(no_doc, "1.0", "MIT", "", &component)
