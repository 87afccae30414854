/* SPDX-License-Identifier: MIT */
/* Writes where no memory is while it is loaded. */
#include "bad.h"

__attribute__((constructor)) static void start(void)
{
    bad_crash();
}

static const nnp_component component = { BAD_HEAD("constructor_crashes"), BAD_SLOTS };
NNP_PLUGIN(constructor_crashes, "1.0", "MIT", "", &component)
