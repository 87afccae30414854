/* SPDX-License-Identifier: MIT */
/* Would end the program as if all were well. */
#include "bad.h"

#include <stdlib.h>

__attribute__((constructor)) static void start(void)
{
    exit(0);
}

static const nnp_component component = { BAD_HEAD("constructor_exits"), BAD_SLOTS };
NNP_PLUGIN(constructor_exits, "1.0", "MIT", "", &component)
