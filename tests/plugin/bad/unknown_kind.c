/* SPDX-License-Identifier: MIT */
/* A kind that this host does not know. */
#include "bad.h"

static const nnp_component component = { NNP_COMPONENT("wizard", "unknown_kind"),
                                         .doc = "y = x, with a fault", BAD_SLOTS };
NNP_PLUGIN(unknown_kind, "1.0", "MIT", "", &component)
