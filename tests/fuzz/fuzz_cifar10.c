/* SPDX-License-Identifier: MIT */
/* Any bytes as files of the loader cifar10. */
#include <config.h>
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const files[] = { "data_batch_1.bin", "data_batch_2.bin.gz",
                                         "test_batch.bin", NULL };

    return fuzz_loader("cifar10", files, data, size);
}
