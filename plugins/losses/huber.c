/* SPDX-License-Identifier: MIT */
/*
 * huber: squared near the target, absolute far from it, mean over the elements of a row:
 * L = e^2 / 2 where |e| <= delta, delta (|e| - delta / 2) elsewhere, e = x - t.
 *
 * Huber (1964), "Robust estimation of a location parameter". The slope, e limited to
 * -delta..delta, is continuous. With a mask the mean is weighted, as in mse.
 */
#include <math.h>

#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/loss.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct huber {
    double delta;
};

static const nnp_param params[] = {
    { "delta", NNP_REAL | NNP_MAIN, offsetof(struct huber, delta), "1", "(0,inf)",
      "error from which the loss grows linearly", NULL },
};

static inline float value(float e, float delta)
{
    return nnp_pickf(e <= delta, e * e / 2, delta * (e - delta / 2));
}

static inline float slope(float e, float delta)
{
    return nnp_pickf(e > delta, delta, nnp_pickf(e < -delta, -delta, e));
}

NNP_HOT static int map(const void *self, const float *x, const float *t, float *loss,
                       float *dx, size_t n)
{
    float delta = (float)((const struct huber *)self)->delta;

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        loss[i] = value(fabsf(x[i] - t[i]), delta);
    NNP_LANES
    for (size_t i = 0; dx && i < n; i++)
        dx[i] = slope(x[i] - t[i], delta);
    return 0;
}

NNP_LOSS(map)

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "a = abs(x - t); L = [a <= delta] a^2 / 2 + [a > delta] delta (a - "
               "delta / 2)",
    .backward = "L' = max(-delta, min(delta, x - t))",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component huber = {
    NNP_COMPONENT("loss", "huber"), .doc = "squared error near the target, absolute far from it",
    .flags = NNP_LOSS_IN_BACKWARD, .min_in = 2, .max_in = 3,
    .self_size = sizeof(struct huber), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(huber, NNP_OURS, &huber)
