/* SPDX-License-Identifier: MIT */
/*
 * elu: y = x where x > 0, alpha (e^x - 1) elsewhere.
 *
 * Clevert, Unterthiner, Hochreiter (2016), "Fast and accurate deep network learning by
 * exponential linear units". Where x <= 0, dy/dx = alpha e^x = y + alpha: backward needs
 * y alone. At x = 0 the derivative is taken from the left.
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct elu {
    double alpha;
};

static const nnp_param params[] = {
    { "alpha", NNP_REAL | NNP_MAIN, offsetof(struct elu, alpha), "1", "[0,inf)",
      "minus the value it tends to below zero", NULL },
};

NNP_HOT static void values(const void *self, const float *x, float *y, size_t n)
{
    float alpha = (float)((const struct elu *)self)->alpha;

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = nnp_pickf(x[i] > 0.0f, x[i], alpha * nnp_expm1f(x[i]));
}

NNP_HOT static void gradients(const void *self, const float *x, const float *y,
                              const float *dy, float *dx, size_t n)
{
    float alpha = (float)((const struct elu *)self)->alpha;

    (void)x;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = nnp_pickf(y[i] > 0.0f, dy[i], dy[i] * (y[i] + alpha));
}

static const nnp_sweep sweep = { sizeof sweep, 0, values, gradients };

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = [x > 0] x + [x <= 0] alpha (e^x - 1)",
    .backward = "y' = [x > 0] + [x <= 0] alpha e^x",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component elu = {
    NNP_COMPONENT("layer", "elu"), .doc = "x, or alpha (e^x - 1) below zero: exponential linear unit",
    .flags = NNP_FREE_IN,
    .self_size = sizeof(struct elu), NNP_PARAMS(params),
    .sweep = &sweep,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(elu, NNP_OURS, &elu)
