/* SPDX-License-Identifier: MIT */
/*
 * l1: sum |w| over a weight, mean |h| over all elements of a stream; drives small values
 * to exactly 0 and so makes a code sparse. Tibshirani (1996), "Regression shrinkage and
 * selection via the lasso". The gradient at 0 is 0.
 */
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/penalty.h>

static inline double value(const void *self, double x)
{
    (void)self;
    return fabs(x);
}

static inline float slope(const void *self, float x)
{
    (void)self;
    return x > 0 ? 1 : x < 0 ? -1 : x; /* x is 0 or NaN here */
}

NNP_PENALTY(value, slope)

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "R = abs(w)",
    .backward = "R' = sign(w)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component l1 = {
    NNP_COMPONENT("regularizer", "l1"), .doc = "sum of absolute values",
    .takes = NNP_F32,
    .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(l1, NNP_OURS, &l1)
