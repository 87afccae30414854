/* SPDX-License-Identifier: MIT */
/* Any bytes as files of the loader mnist. */
#include <config.h>
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const files[] = { "train-images-idx3-ubyte",
                                         "train-labels-idx1-ubyte",
                                         "t10k-images-idx3-ubyte",
                                         "t10k-labels-idx1-ubyte", NULL };

    return fuzz_loader("mnist", files, data, size);
}
