/* SPDX-License-Identifier: MIT */
/* A plugin without a name. */
#include "bad.h"

static const nnp_component        component = { BAD_HEAD("nameless_plugin"), BAD_SLOTS };
static const nnp_component *const list[] = { &component };
static const nnp_plugin           table = {
              .size = sizeof table,
              .abi = NNP_ABI,
              .name = "",
              .version = "1.0",
              .n = 1,
              .components = list,
};

BAD_ENTRY(&table)
