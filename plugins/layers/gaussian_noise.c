/* SPDX-License-Identifier: MIT */
/*
 * gaussian_noise: in training y = x + std * z with z standard normal, otherwise y = x.
 *
 * Sietsma, Dow (1991), "Creating artificial neural networks that generalize"; Bishop
 * (1995), "Training with noise is equivalent to Tikhonov regularization". z of number i
 * is draw i of the step's stream. The gradient passes unchanged.
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct gaussian_noise {
    double std;
};

enum { BLOCK = 1024 }; /* draws made together */

static const nnp_param params[] = {
    { "std", NNP_REAL | NNP_MAIN | NNP_LIVE, offsetof(struct gaussian_noise, std), "0.1",
      "[0,inf)", "standard deviation of the noise", NULL },
};

struct job {
    nnp_ctx *c;
    float    std;
};

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

NNP_HOT static void disturb(const float *x, const float *z, float *y, size_t n, float std)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] + std * z[i];
}

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;
    float             z[BLOCK];

    (void)worker;
    for (size_t i = begin; i < end; i += BLOCK) {
        size_t n = end - i < BLOCK ? end - i : BLOCK;

        c->host->rand(c, NNP_NORMAL, i, z, n);
        disturb(nnp_f32(&c->in[0]) + i, z, nnp_f32(&c->out[0]) + i, n, j->std);
    }
}

/* In place there is nothing to do. */
static int pass(const nnp_tensor *from, const nnp_tensor *to)
{
    if (to->data && to->data != from->data)
        memcpy(to->data, from->data, nnp_count(from) * sizeof(float));
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct gaussian_noise *s = self;
    struct job                   j = { c, (float)s->std };

    if (!(c->flags & NNP_TRAIN))
        return pass(&c->in[0], &c->out[0]);
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, forward_part, &j);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    return pass(&c->dout[0], &c->din[0]);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = x + std z",
    .backward = "d(E, x) = d(E, y)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component gaussian_noise = {
    NNP_COMPONENT("layer", "gaussian_noise"), .doc = "adds normal noise in training",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD,
    .self_size = sizeof(struct gaussian_noise), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(gaussian_noise, NNP_OURS, &gaussian_noise)
