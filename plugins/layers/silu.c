/* SPDX-License-Identifier: MIT */
/*
 * silu: y = x s(x) with s the logistic function, also called swish.
 * dy/dx = s (1 + x (1 - s)).
 *
 * Hendrycks, Gimpel (2016), "Gaussian error linear units", section 3; Ramachandran, Zoph,
 * Le (2017), "Searching for activation functions". Not monotone, so backward reads x.
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

NNP_HOT static void values(const void *self, const float *x, float *y, size_t n)
{
    (void)self;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * nnp_sigmoidf(x[i]);
}

NNP_HOT static void gradients(const void *self, const float *x, const float *y,
                              const float *dy, float *dx, size_t n)
{
    (void)self;
    (void)y;
    NNP_LANES
    for (size_t i = 0; i < n; i++) {
        float s = nnp_sigmoidf(x[i]);
        dx[i] = dy[i] * (s * (1.0f + x[i] * (1.0f - s)));
    }
}

static const nnp_sweep sweep = { sizeof sweep, 0, values, gradients };

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = x / (1 + e^(-x))",
    .backward = "s = 1 / (1 + e^(-x)); y' = s (1 + x (1 - s))",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component silu = {
    NNP_COMPONENT("layer", "silu"), .doc = "x / (1 + e^-x): sigmoid linear unit, swish",
    .flags = NNP_FREE_OUT,
    .sweep = &sweep,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(silu, NNP_OURS, &silu)
