/* SPDX-License-Identifier: MIT */
/*
 * tanh: y = tanh x, odd and between -1 and 1; dy/dx = 1 - y^2.
 *
 * LeCun, Bottou, Orr, Mueller (1998), "Efficient backprop", section 4.4: why a symmetric
 * sigmoid learns faster than the logistic one.
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

NNP_HOT static void values(const void *self, const float *x, float *y, size_t n)
{
    (void)self;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = nnp_tanhf(x[i]);
}

NNP_HOT static void gradients(const void *self, const float *x, const float *y,
                              const float *dy, float *dx, size_t n)
{
    (void)self;
    (void)x;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = dy[i] * (1.0f - y[i] * y[i]);
}

static const nnp_sweep sweep = { sizeof sweep, 0, values, gradients };

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = tanh(x)",
    .backward = "y' = 1 - y^2",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component hyperbolic = {
    NNP_COMPONENT("layer", "tanh"), .doc = "tanh x: the hyperbolic tangent, between -1 and 1",
    .flags = NNP_FREE_IN,
    .sweep = &sweep,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(tanh, NNP_OURS, &hyperbolic)
