/* SPDX-License-Identifier: MIT */
/* Any line of YAML as parameters of the loader toy. */
#include <config.h>
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_loader("toy", data, size);
}
