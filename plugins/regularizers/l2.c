/* SPDX-License-Identifier: MIT */
/*
 * l2: sum w^2 over a weight, mean h^2 over all elements of a stream. On weights it is
 * ridge regression (Hoerl and Kennard 1970); with plain gradient descent it is the weight
 * decay 2 w.
 */
#include <nnpipe/formula.h>
#include <nnpipe/penalty.h>

static inline double value(const void *self, double x)
{
    (void)self;
    return x * x;
}

static inline float slope(const void *self, float x)
{
    (void)self;
    return 2 * x;
}

NNP_PENALTY(value, slope)

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "R = w^2",
    .backward = "R' = 2 w",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component l2 = {
    NNP_COMPONENT("regularizer", "l2"), .doc = "sum of squares",
    .takes = NNP_F32,
    .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(l2, NNP_OURS, &l2)
