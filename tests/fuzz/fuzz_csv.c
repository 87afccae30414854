/* SPDX-License-Identifier: MIT */
/* Any bytes as files of the loader csv. */
#include <config.h>
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_loader("csv", fuzz_numbered, data, size);
}
