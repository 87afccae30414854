/* SPDX-License-Identifier: MIT */
/* Any bytes as a pipeline file for the rooms up to the shapes. */
#include <config.h>
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!fuzz_foreign(data, size))
        fuzz_resolve((const char *)data, size, NULL);
    return 0;
}
