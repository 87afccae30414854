/* SPDX-License-Identifier: MIT */
/* The bytes say one name, the loaded descriptor another. */
#include "bad.h"

static char          tag[] = "?(#)nnp1:layer:says_that";
static nnp_component component = {
    .size = sizeof component, .tag = tag, .doc = "y = x, with a fault", BAD_SLOTS
};

static const nnp_component *const       list[] = { &component };
static const nnp_plugin                 table = { .size = sizeof table,
                                                  .abi = NNP_ABI,
                                                  .name = "other_tag",
                                                  .version = "1.0",
                                                  .n = 1,
                                                  .components = list };
__attribute__((used)) static const char says[] = "@(#)nnp1:layer:says_this";

static const nnp_plugin *change(void)
{
    tag[0] = '@';
    return &table;
}
BAD_ENTRY(change())
