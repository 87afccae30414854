/* SPDX-License-Identifier: MIT */
/* The default is none of the words. */
#include "bad.h"

struct self {
    int32_t pad;
};

BAD_PARAM(default_no_word, { "pad", NNP_ENUM, offsetof(struct self, pad), "full",
                             "same|valid", "padding", NULL })
