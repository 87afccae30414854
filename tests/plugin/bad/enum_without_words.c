/* SPDX-License-Identifier: MIT */
/* An enum that does not say its words. */
#include "bad.h"

struct self {
    int32_t pad;
};

BAD_PARAM(enum_without_words,
          { "pad", NNP_ENUM, offsetof(struct self, pad), "same", NULL, "padding", NULL })
