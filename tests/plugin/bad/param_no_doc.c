/* SPDX-License-Identifier: MIT */
/* A parameter without a doc. */
#include "bad.h"

struct self {
    double p;
};

BAD_PARAM(param_no_doc,
          { "p", NNP_REAL, offsetof(struct self, p), "0", NULL, NULL, NULL })
