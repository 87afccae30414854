/* SPDX-License-Identifier: MIT */
/* A double at an offset that is none for doubles. */
#include "bad.h"

struct self {
    double p, q;
};

BAD_PARAM(offset_unaligned, { "p", NNP_REAL, 4, "0", NULL, "a part", NULL })
