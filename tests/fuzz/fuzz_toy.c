/* SPDX-License-Identifier: MIT */
/* Any line of YAML as parameters of the loader toy. */
#include <config.h>
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A hundred million rows are long work, but right. */
    for (size_t i = 0, digits = 0; i < size; i++)
        if ((digits = data[i] >= '0' && data[i] <= '9' ? digits + 1 : 0) > 5)
            return 0;
    return fuzz_loader("toy", fuzz_numbered, data, size);
}
