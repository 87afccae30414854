/* SPDX-License-Identifier: MIT */
/* The table ends behind its first string. */
#include "bad.h"

static const nnp_component        component = { BAD_HEAD("truncated_table"), BAD_SLOTS };
static const nnp_component *const list[] = { &component };
static const nnp_plugin           table = {
              .size = 16,
              .abi = NNP_ABI,
              .name = "truncated_table",
              .version = "1.0",
              .n = 1,
              .components = list,
};

BAD_ENTRY(&table)
