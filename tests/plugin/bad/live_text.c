/* SPDX-License-Identifier: MIT */
/* A text cannot be scheduled. */
#include "bad.h"

struct self {
    const char *s;
};

BAD_PARAM(live_text,
          { "s", NNP_STR | NNP_LIVE, offsetof(struct self, s), "", NULL, "a text", NULL })
