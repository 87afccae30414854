/* SPDX-License-Identifier: MIT */
/* A table without components. */
#include "bad.h"

static const nnp_component        component = { BAD_HEAD("no_components"), BAD_SLOTS };
static const nnp_component *const list[] = { &component };
static const nnp_plugin           table = {
              .size = sizeof table,
              .abi = NNP_ABI,
              .name = "no_components",
              .version = "1.0",
              .n = 0,
              .components = list,
};

BAD_ENTRY(&table)
