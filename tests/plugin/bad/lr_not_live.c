/* SPDX-License-Identifier: MIT */
/* A rate that the host could not schedule. */
#include "bad.h"

struct self {
    double lr;
};

static const nnp_param params[] = { { "lr", NNP_REAL, offsetof(struct self, lr), "0.1",
                                      "[0,inf)", "rate", NULL } };
static const nnp_component component = { NNP_COMPONENT("optimizer", "lr_not_live"),
                                         .doc = "does nothing, with a fault",
                                         .self_size = sizeof(struct self),
                                         NNP_PARAMS(params), .forward = bad_forward };
NNP_PLUGIN(lr_not_live, "1.0", "MIT", "", &component)
