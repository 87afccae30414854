/* SPDX-License-Identifier: MIT */
/*
 * relu: y = max(0, x). The derivative at 0 is 0.
 *
 * Nair, Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".
 * y > 0 just where x > 0, so backward needs y alone and both work in place.
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

/* This way round a NaN stays. */
NNP_HOT static void values(const void *self, const float *x, float *y, size_t n)
{
    (void)self;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = nnp_pickf(x[i] <= 0.0f, 0.0f, x[i]);
}

NNP_HOT static void gradients(const void *self, const float *x, const float *y,
                              const float *dy, float *dx, size_t n)
{
    (void)self;
    (void)x;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = nnp_pickf(y[i] <= 0.0f, 0.0f, dy[i]);
}

static const nnp_sweep sweep = { sizeof sweep, 0, values, gradients };

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = max(0, x)",
    .backward = "y' = [x > 0]",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component relu = {
    NNP_COMPONENT("layer", "relu"), .doc = "max(0, x): the rectifier",
    .flags = NNP_FREE_IN,
    .sweep = &sweep,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(relu, NNP_OURS, &relu)
