/* SPDX-License-Identifier: MIT */
/* Any bytes as files of the loader npy. */
#include <config.h>
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_loader("npy", fuzz_numbered, data, size);
}
