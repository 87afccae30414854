/* SPDX-License-Identifier: MIT */
/* The default is a word. */
#include "bad.h"

struct self {
    int64_t n;
};

BAD_PARAM(default_no_number,
          { "n", NNP_INT, offsetof(struct self, n), "ten", "[1,inf)", "how many", NULL })
