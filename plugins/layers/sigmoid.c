/* SPDX-License-Identifier: MIT */
/*
 * sigmoid: y = 1 / (1 + e^-x), the logistic function; dy/dx = y (1 - y).
 *
 * Cox (1958), "The regression analysis of binary sequences"; as a unit of nets:
 * Rumelhart, Hinton, Williams (1986), "Learning representations by back-propagating
 * errors".
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

NNP_HOT static void values(const void *self, const float *x, float *y, size_t n)
{
    (void)self;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = nnp_sigmoidf(x[i]);
}

NNP_HOT static void gradients(const void *self, const float *x, const float *y,
                              const float *dy, float *dx, size_t n)
{
    (void)self;
    (void)x;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = dy[i] * (y[i] * (1.0f - y[i]));
}

static const nnp_sweep sweep = { sizeof sweep, 0, values, gradients };

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = 1 / (1 + e^(-x))",
    .backward = "y' = y (1 - y)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component sigmoid = {
    NNP_COMPONENT("layer", "sigmoid"), .doc = "1 / (1 + e^-x): the logistic function, between 0 and 1",
    .flags = NNP_FREE_IN | NNP_PROBABILITIES,
    .sweep = &sweep,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(sigmoid, NNP_OURS, &sigmoid)
