/* SPDX-License-Identifier: MIT */
/* A second tag that no component carries. */
#include "bad.h"

static const nnp_component component = { BAD_HEAD("stray_tag"), BAD_SLOTS };

__attribute__((used)) static const char stray[] = "@(#)nnp1:layer:nobody";
NNP_PLUGIN(stray_tag, "1.0", "MIT", "", &component)
