/* SPDX-License-Identifier: MIT */
/* Made for a header with major 2: the tag and the symbol say so. */
#include "bad.h"

__attribute__((used)) static const char tag[] = "@(#)nnp2:layer:other_major";

__attribute__((visibility("default"))) const void *nnp_plugin_v2(void);
__attribute__((visibility("default"))) const void *nnp_plugin_v2(void)
{
    return tag;
}
