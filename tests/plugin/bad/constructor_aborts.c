/* SPDX-License-Identifier: MIT */
/* Calls abort before anybody asked it anything. */
#include "bad.h"

#include <stdlib.h>

__attribute__((constructor)) static void start(void)
{
    abort();
}

static const nnp_component component = { BAD_HEAD("constructor_aborts"), BAD_SLOTS };
NNP_PLUGIN(constructor_aborts, "1.0", "MIT", "", &component)
