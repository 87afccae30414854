/* SPDX-License-Identifier: MIT */
/* Any line of YAML as the rows of the loader table. */
#include <config.h>
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_loader("table", fuzz_numbered, data, size);
}
