/* SPDX-License-Identifier: MIT */
/* The range is in a language of its own. */
#include "bad.h"

struct self {
    double p;
};

BAD_PARAM(range_malformed,
          { "p", NNP_REAL, offsetof(struct self, p), "0", "0..1", "a part", NULL })
