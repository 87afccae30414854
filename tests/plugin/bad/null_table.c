/* SPDX-License-Identifier: MIT */
/* The function returns NULL. */
#include "bad.h"

__attribute__((used)) static const char tag[] = NNP_TAG("layer", "null_table");

BAD_ENTRY(NULL)
