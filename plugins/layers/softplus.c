/* SPDX-License-Identifier: MIT */
/*
 * softplus: y = log(1 + e^(beta x)) / beta, a smooth relu; the larger beta, the sharper.
 *
 * Dugas, Bengio, Belisle, Nadeau, Garcia (2001), "Incorporating second-order functional
 * knowledge for better option pricing". dy/dx = s(beta x) = 1 - e^(-beta y) with s the
 * logistic function: backward needs y alone.
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct softplus {
    double beta;
};

static const nnp_param params[] = {
    { "beta", NNP_REAL | NNP_MAIN, offsetof(struct softplus, beta), "1", "(0,inf)",
      "sharpness of the bend at zero", NULL },
};

NNP_HOT static void values(const void *self, const float *x, float *y, size_t n)
{
    float beta = (float)((const struct softplus *)self)->beta;

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = nnp_softplusf(beta * x[i]) / beta;
}

NNP_HOT static void gradients(const void *self, const float *x, const float *y,
                              const float *dy, float *dx, size_t n)
{
    float beta = (float)((const struct softplus *)self)->beta;

    (void)x;
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = dy[i] * -nnp_expm1f(-beta * y[i]);
}

static const nnp_sweep sweep = { sizeof sweep, 0, values, gradients };

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = log(1 + e^(beta x)) / beta",
    .backward = "y' = 1 / (1 + e^(-beta x))",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component softplus = {
    NNP_COMPONENT("layer", "softplus"), .doc = "log(1 + e^(beta x)) / beta: a smooth rectifier",
    .flags = NNP_FREE_IN,
    .self_size = sizeof(struct softplus), NNP_PARAMS(params),
    .sweep = &sweep,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(softplus, NNP_OURS, &softplus)
