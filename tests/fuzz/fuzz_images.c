/* SPDX-License-Identifier: MIT */
/* Any bytes as PNG and JPEG files of the loader images. */
#include <config.h>
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const files[] = { "1.png", "2.jpg", NULL };

    return fuzz_loader("images", files, data, size);
}
