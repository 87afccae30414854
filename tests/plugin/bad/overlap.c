/* SPDX-License-Identifier: MIT */
/* Two parameters share bytes. */
#include "bad.h"

struct self {
    double p, q;
};

BAD_PARAM(overlap, { "p", NNP_REAL, 0, "0", NULL, "a part", NULL },
          { "q", NNP_BOOL, 4, "true", NULL, "a switch", NULL })
