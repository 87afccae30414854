/* SPDX-License-Identifier: MIT */
/* The tag says ABI 1, the table ABI 2. */
#include "bad.h"

static const nnp_component        component = { BAD_HEAD("table_major"), BAD_SLOTS };
static const nnp_component *const list[] = { &component };
static const nnp_plugin           table = {
              .size = sizeof table,
              .abi = 2u << 16,
              .name = "table_major",
              .version = "1.0",
              .n = 1,
              .components = list,
};

BAD_ENTRY(&table)
