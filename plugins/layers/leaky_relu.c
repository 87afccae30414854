/* SPDX-License-Identifier: MIT */
/*
 * leaky_relu: y = x where x > 0, slope * x elsewhere.
 *
 * Maas, Hannun, Ng (2013), "Rectifier nonlinearities improve neural network acoustic
 * models". At x = 0 the derivative is taken from the left, so slope 0 is plain relu.
 * slope is not negative: y > 0 just where x > 0, and backward needs y alone.
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct leaky_relu {
    double slope;
};

static const nnp_param params[] = {
    { "slope", NNP_REAL | NNP_MAIN, offsetof(struct leaky_relu, slope), "0.01", "[0,1]",
      "gradient where x <= 0", NULL },
};

NNP_HOT static void values(const void *self, const float *x, float *y, size_t n)
{
    float slope = (float)((const struct leaky_relu *)self)->slope;

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = nnp_pickf(x[i] > 0.0f, x[i], slope * x[i]);
}

NNP_HOT static void gradients(const void *self, const float *x, const float *y,
                              const float *dy, float *dx, size_t n)
{
    float slope = (float)((const struct leaky_relu *)self)->slope;

    (void)x;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = nnp_pickf(y[i] > 0.0f, dy[i], slope * dy[i]);
}

static const nnp_sweep sweep = { sizeof sweep, 0, values, gradients };

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = [x > 0] x + [x <= 0] slope x",
    .backward = "y' = [x > 0] + [x <= 0] slope",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component leaky_relu = {
    NNP_COMPONENT("layer", "leaky_relu"), .doc = "rectifier that leaks below zero",
    .flags = NNP_FREE_IN,
    .self_size = sizeof(struct leaky_relu), NNP_PARAMS(params),
    .sweep = &sweep,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(leaky_relu, NNP_OURS, &leaky_relu)
