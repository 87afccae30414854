/* SPDX-License-Identifier: MIT */
/*
 * noisy_relu: in training y = max(0, x + d z) with z standard normal, otherwise
 * y = max(0, x).
 *
 * Nair, Hinton (2010), "Rectified linear units improve restricted Boltzmann machines":
 * d^2 is the logistic function of x, the variance of many tied binary units. With
 * variance: fixed d is std. z of number i is draw i of the step's stream.
 *
 * z is held fixed in backward: dy/dx = 1 + z d' where y > 0, d' = d (1 - d^2) / 2 or 0.
 * forward leaves it in `slope`.
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct noisy_relu {
    int32_t variance;
    double  std;
};

enum { LOGISTIC, FIXED };
enum { BLOCK = 1024 }; /* draws made together */

static const nnp_param params[] = {
    { "variance", NNP_ENUM | NNP_MAIN, offsetof(struct noisy_relu, variance), "sigmoid",
      "sigmoid|fixed", "of the noise: sigmoid(x), or std squared", NULL },
    { "std", NNP_REAL | NNP_LIVE, offsetof(struct noisy_relu, std), "1", "[0,inf)",
      "standard deviation of the noise if its variance is fixed", NULL },
};

struct job {
    nnp_ctx *c;
    int32_t  variance;
    float    std;
};

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    int rc = nnp_like(c, NNP_OUT, "y", &c->in[0]);
    if (rc >= 0)
        rc = nnp_like(c, NNP_SAVED, "slope", &c->in[0]);
    return rc < 0 ? rc : NNP_OK;
}

NNP_HOT static void rectify(const float *x, float *y, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = nnp_pickf(x[i] <= 0.0f, 0.0f, x[i]);
}

NNP_HOT static void fixed(const float *x, const float *z, float *y, float *slope,
                          size_t n, float std)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++) {
        float v = x[i] + std * z[i];
        y[i] = nnp_pickf(v <= 0.0f, 0.0f, v);
        slope[i] = nnp_pickf(v <= 0.0f, 0.0f, 1.0f);
    }
}

/* d = sqrt(sigmoid(x)) as e^(-softplus(-x) / 2), which vectorizes. */
NNP_HOT static void logistic(const float *x, const float *z, float *y, float *slope,
                             size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++) {
        float d = nnp_expf(-0.5f * nnp_softplusf(-x[i]));
        float v = x[i] + d * z[i];
        y[i] = nnp_pickf(v <= 0.0f, 0.0f, v);
        slope[i] = nnp_pickf(v <= 0.0f, 0.0f, 1.0f + 0.5f * z[i] * d * (1.0f - d * d));
    }
}

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;
    float             z[BLOCK];

    (void)worker;
    for (size_t i = begin; i < end; i += BLOCK) {
        size_t       n = end - i < BLOCK ? end - i : BLOCK;
        const float *x = nnp_f32(&c->in[0]) + i;
        float       *y = nnp_f32(&c->out[0]) + i, *slope = nnp_f32(&c->saved[0]) + i;

        memset(z, 0, n * sizeof *z); /* without noise the slope is that of a plain relu */
        if (c->flags & NNP_TRAIN)
            c->host->rand(c, NNP_NORMAL, i, z, n);
        if (j->variance == FIXED)
            fixed(x, z, y, slope, n, j->std);
        else
            logistic(x, z, y, slope, n);
    }
}

static void infer_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = ((struct job *)arg)->c;

    (void)worker;
    rectify(nnp_f32(&c->in[0]) + begin, nnp_f32(&c->out[0]) + begin, end - begin);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct noisy_relu *s = self;
    struct job               j = { c, s->variance, (float)s->std };

    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN,
                             c->saved[0].data ? forward_part : infer_part, &j);
}

NNP_HOT static void gradients(const float *slope, const float *dy, float *dx, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = slope[i] * dy[i];
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;

    (void)worker;
    gradients(nnp_f32(&c->saved[0]) + begin, nnp_f32(&c->dout[0]) + begin,
              nnp_f32(&c->din[0]) + begin, end - begin);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    if (!c->din[0].data)
        return NNP_OK;
    if (!c->saved[0].data)
        return nnp_fail(c, NNP_ENOTSUP, "noisy_relu has gradients in training alone");
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, backward_part, c);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = max(0, x + d z)",
    .backward = "y' = [y > 0] (1 + z d')",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component noisy_relu = {
    NNP_COMPONENT("layer", "noisy_relu"), .doc = "max(0, x + noise) in training, then max(0, x)",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD,
    .self_size = sizeof(struct noisy_relu), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(noisy_relu, NNP_OURS, &noisy_relu)
