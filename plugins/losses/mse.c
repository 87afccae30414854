/* SPDX-License-Identifier: MIT */
/*
 * mse: mean squared error, L = mean (x - t)^2 over the elements of a row.
 *
 * With a mask m the mean is weighted, L = sum m (x - t)^2 / sum m, and a row without any
 * weight has loss 0. dL/dx = 2 m (x - t) / sum m.
 */

#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/loss.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

NNP_HOT static int map(const void *self, const float *x, const float *t, float *loss,
                       float *dx, size_t n)
{
    (void)self;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        loss[i] = (x[i] - t[i]) * (x[i] - t[i]);
    NNP_LANES
    for (size_t i = 0; dx && i < n; i++)
        dx[i] = 2 * (x[i] - t[i]);
    return 0;
}

NNP_LOSS(map)

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "L = (x - t)^2",
    .backward = "L' = 2 (x - t)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component mse = {
    NNP_COMPONENT("loss", "mse"), .doc = "mean squared error, (x - t)^2",
    .flags = NNP_LOSS_IN_BACKWARD, .min_in = 2, .max_in = 3,
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(mse, NNP_OURS, &mse)
