/* SPDX-License-Identifier: MIT */
/* The list of components points to nowhere. */
#include "bad.h"

__attribute__((used)) static const char tag[] = NNP_TAG("layer", "wild_table");

static const nnp_plugin table = {
    .size = sizeof table,
    .abi = NNP_ABI,
    .name = "wild_table",
    .version = "1.0",
    .n = 1,
    .components = (const nnp_component *const *)8,
};

BAD_ENTRY(&table)
