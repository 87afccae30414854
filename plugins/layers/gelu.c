/* SPDX-License-Identifier: MIT */
/*
 * gelu: y = x P(x), P the distribution function of the standard normal.
 *
 * Hendrycks, Gimpel (2016), "Gaussian error linear units": P(x) = (1 + erf(x / sqrt 2)) /
 * 2; approximate: tanh takes P(x) = (1 + tanh u) / 2 with u = sqrt(2 / pi) (x + 0.044715
 * x^3), off by 5e-4 at most. Not monotone, so backward reads x.
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct gelu {
    int32_t approximate;
};

enum { EXACT, TANH };

static const nnp_param params[] = {
    { "approximate", NNP_ENUM | NNP_MAIN, offsetof(struct gelu, approximate), "none",
      "none|tanh", "how the distribution function is computed", NULL },
};

static inline float normal_below(float x)
{
    return 0.5f + 0.5f * nnp_erff(x * 0.707106781f);
}

/* Beyond 10 both forms of P are 0 or 1; x^3 would overflow. */
static inline float clamp(float x)
{
    return nnp_pickf(__builtin_fabsf(x) > 10.0f, __builtin_copysignf(10.0f, x), x);
}

static inline float tanh_of(float x)
{
    return nnp_tanhf(0.797884561f * (x + 0.044715f * (x * x * x)));
}

NNP_HOT static void values_exact(const float *x, float *y, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * normal_below(x[i]);
}

NNP_HOT static void values_tanh(const float *x, float *y, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * (0.5f + 0.5f * tanh_of(clamp(x[i])));
}

/* P(x) + x p(x), p the density e^(-x^2 / 2) / sqrt(2 pi). */
NNP_HOT static void gradients_exact(const float *x, const float *dy, float *dx, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++) {
        float density = 0.398942280f * nnp_expf(-0.5f * x[i] * x[i]);
        dx[i] = dy[i] * (normal_below(x[i]) + x[i] * density);
    }
}

NNP_HOT static void gradients_tanh(const float *x, const float *dy, float *dx, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++) {
        float v = clamp(x[i]), t = tanh_of(v);
        float du = 0.797884561f * (1.0f + 3.0f * 0.044715f * (v * v));
        dx[i] = dy[i] * (0.5f + 0.5f * t + 0.5f * v * (1.0f - t * t) * du);
    }
}

static void values(const void *self, const float *x, float *y, size_t n)
{
    const struct gelu *s = self;

    (s->approximate == TANH ? values_tanh : values_exact)(x, y, n);
}

static void gradients(const void *self, const float *x, const float *y, const float *dy,
                      float *dx, size_t n)
{
    const struct gelu *s = self;

    (void)y;
    (s->approximate == TANH ? gradients_tanh : gradients_exact)(x, dy, dx, n);
}

static const nnp_sweep sweep = { sizeof sweep, 0, values, gradients };

static const nnp_formula by_tanh = {
    .size = sizeof by_tanh,
    .forward = "u = sqrt(2 / pi) (x + 0.044715 x^3); y = x (1 + tanh(u)) / 2",
    .backward = "u = sqrt(2 / pi) (x + 0.044715 x^3); y' = (1 + tanh(u)) / 2 + x / 2 "
                "(1 - tanh(u)^2) sqrt(2 / pi) (1 + 0.134145 x^2)",
};

static const nnp_formula *choose(const nnp_ctx *c, const void *self)
{
    const struct gelu *s = self;

    (void)c;
    return s->approximate == TANH ? &by_tanh : NULL;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = x (1 + erf(x / sqrt(2))) / 2",
    .backward = "y' = (1 + erf(x / sqrt(2))) / 2 + x e^(-x^2 / 2) / sqrt(2 pi)",
    .choose = choose,
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component gelu = {
    NNP_COMPONENT("layer", "gelu"), .doc = "x P(x), P the normal distribution function",
    .flags = NNP_FREE_OUT,
    .self_size = sizeof(struct gelu), NNP_PARAMS(params),
    .sweep = &sweep,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(gelu, NNP_OURS, &gelu)
