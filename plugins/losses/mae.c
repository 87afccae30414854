/* SPDX-License-Identifier: MIT */
/*
 * mae: mean absolute error, L = mean |x - t| over the elements of a row.
 *
 * With a mask m the mean is weighted, L = sum m |x - t| / sum m, and a row without any
 * weight has loss 0. dL/dx = m sign(x - t) / sum m, and 0 where x = t.
 */
#include <math.h>

#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/loss.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

/* 0 or NaN stays. */
static inline float sign(float e)
{
    return nnp_pickf(e > 0, 1, nnp_pickf(e < 0, -1, e));
}

NNP_HOT static int map(const void *self, const float *x, const float *t, float *loss,
                       float *dx, size_t n)
{
    (void)self;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        loss[i] = fabsf(x[i] - t[i]);
    NNP_LANES
    for (size_t i = 0; dx && i < n; i++)
        dx[i] = sign(x[i] - t[i]);
    return 0;
}

NNP_LOSS(map)

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "L = abs(x - t)",
    .backward = "L' = sign(x - t)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component mae = {
    NNP_COMPONENT("loss", "mae"), .doc = "mean absolute error, |x - t|",
    .flags = NNP_LOSS_IN_BACKWARD, .min_in = 2, .max_in = 3,
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(mae, NNP_OURS, &mae)
