/* SPDX-License-Identifier: MIT */
/* Has a tag, but exports the function under another name. */
#include "bad.h"

static const nnp_component component = { BAD_HEAD("no_symbol"), BAD_SLOTS };

__attribute__((visibility("default"))) const nnp_component *my_plugin(void);
__attribute__((visibility("default"))) const nnp_component *my_plugin(void)
{
    return &component;
}
