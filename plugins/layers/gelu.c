/* SPDX-License-Identifier: MIT */
/*
 * gelu: y = x P(x), P the distribution function of the standard normal.
 *
 * Hendrycks, Gimpel (2016), "Gaussian error linear units": P(x) = (1 + erf(x / sqrt 2)) /
 * 2; approximate: tanh takes P(x) = (1 + tanh u) / 2 with u = sqrt(2 / pi) (x + 0.044715
 * x^3), off by 5e-4 at most. Not monotone, so backward reads x.
 */
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

struct job {
    nnp_ctx *c;
    int32_t  approximate;
};

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    if (nnp_type(&c->in[0]) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP, "gelu takes f32; put `scale` before it");
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

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

NNP_HOT static void values(const float *x, float *y, size_t n)
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
NNP_HOT static void gradients(const float *x, const float *dy, float *dx, size_t n)
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

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const float      *x = nnp_f32(&j->c->in[0]) + begin;
    float            *y = nnp_f32(&j->c->out[0]) + begin;

    (void)worker;
    (j->approximate == TANH ? values_tanh : values)(x, y, end - begin);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct gelu *s = self;
    struct job         j = { c, s->approximate };

    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, forward_part, &j);
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const float      *x = nnp_f32(&j->c->in[0]) + begin;
    const float      *dy = nnp_f32(&j->c->dout[0]) + begin;
    float            *dx = nnp_f32(&j->c->din[0]) + begin;

    (void)worker;
    (j->approximate == TANH ? gradients_tanh : gradients)(x, dy, dx, end - begin);
}

static int backward(nnp_ctx *c, void *self)
{
    const struct gelu *s = self;
    struct job         j = { c, s->approximate };

    if (!c->din[0].data)
        return NNP_OK;
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, backward_part, &j);
}

/* clang-format off */
static const nnp_component gelu = {
    NNP_COMPONENT("layer", "gelu"), .doc = "x P(x), P the normal distribution function",
    .flags = NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD | NNP_REENTRANT,
    .self_size = sizeof(struct gelu), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(gelu, "1.0", "MIT", "https://example.org/nnpipe", &gelu)
