/* SPDX-License-Identifier: MIT */
/* A type that this host does not know. */
#include "bad.h"

struct self {
    double p;
};

BAD_PARAM(param_type, { "p", 200, offsetof(struct self, p), "0", NULL, "a part", NULL })
