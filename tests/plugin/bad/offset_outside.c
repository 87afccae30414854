/* SPDX-License-Identifier: MIT */
/* The parameter would be written behind self. */
#include "bad.h"

struct self {
    double p;
};

BAD_PARAM(offset_outside,
          { "p", NNP_REAL, offsetof(struct self, p) + 8, "0", NULL, "a part", NULL })
