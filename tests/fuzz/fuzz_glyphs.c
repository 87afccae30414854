/* SPDX-License-Identifier: MIT */
/* Any line of YAML as parameters of the loader glyphs. */
#include <config.h>
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Thousands of pictures are long work, but right. */
    for (size_t i = 0, digits = 0; i < size; i++)
        if ((digits = data[i] >= '0' && data[i] <= '9' ? digits + 1 : 0) > 3)
            return 0;
    return fuzz_loader("glyphs", fuzz_numbered, data, size);
}
