/* SPDX-License-Identifier: MIT */
/* The default is outside the range. */
#include "bad.h"

struct self {
    double p;
};

BAD_PARAM(default_outside,
          { "p", NNP_REAL, offsetof(struct self, p), "1.5", "[0,1)", "a part", NULL })
