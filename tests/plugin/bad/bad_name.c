/* SPDX-License-Identifier: MIT */
/* Capitals and a dash in the name. */
#include "bad.h"

static const nnp_component component = { BAD_HEAD("Bad-Name"), BAD_SLOTS };
NNP_PLUGIN(bad_name, "1.0", "MIT", "", &component)
