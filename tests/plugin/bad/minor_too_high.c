/* SPDX-License-Identifier: MIT */
/* Wants a host that knows minor 7. */
#include "bad.h"

static const nnp_component        component = { BAD_HEAD("minor_too_high"), BAD_SLOTS };
static const nnp_component *const list[] = { &component };
static const nnp_plugin           table = {
              .size = sizeof table,
              .abi = NNP_ABI + 7,
              .name = "minor_too_high",
              .version = "1.0",
              .n = 1,
              .components = list,
};

BAD_ENTRY(&table)
