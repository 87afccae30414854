/* SPDX-License-Identifier: MIT */
/* A capital in the name of a parameter. */
#include "bad.h"

struct self {
    double p;
};

BAD_PARAM(param_name,
          { "Slope", NNP_REAL, offsetof(struct self, p), "0", NULL, "a part", NULL })
