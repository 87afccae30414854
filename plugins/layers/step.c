/* SPDX-License-Identifier: MIT */
/*
 * step: y = high where x >= 0, low elsewhere; the unit of the perceptron.
 *
 * Rosenblatt (1958), "The perceptron: a probabilistic model for information storage and
 * organization in the brain". The derivative is 0 wherever there is one, so nothing
 * before it learns by gradients; with straight_through backward takes it for y = x
 * (Bengio, Leonard, Courville 2013, "Estimating or propagating gradients through
 * stochastic neurons").
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct step {
    double  low, high;
    int32_t straight_through;
};

static const nnp_param params[] = {
    { "low", NNP_REAL, offsetof(struct step, low), "0", NULL, "value where x < 0", NULL },
    { "high", NNP_REAL, offsetof(struct step, high), "1", NULL, "value where x >= 0",
      NULL },
    { "straight_through", NNP_BOOL, offsetof(struct step, straight_through), "false",
      NULL, "pass gradients on as if y = x, instead of none", NULL },
};

struct job {
    nnp_ctx *c;
    float    low, high;
};

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

/* What is on neither side is NaN and stays. */
NNP_HOT static void values(const float *x, float *y, size_t n, float low, float high)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++) {
        float below = nnp_pickf(x[i] < 0.0f, low, x[i]);
        y[i] = nnp_pickf(x[i] >= 0.0f, high, below);
    }
}

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;

    (void)worker;
    values(nnp_f32(&j->c->in[0]) + begin, nnp_f32(&j->c->out[0]) + begin, end - begin,
           j->low, j->high);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct step *s = self;
    struct job         j = { c, (float)s->low, (float)s->high };

    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, forward_part, &j);
}

static int backward(nnp_ctx *c, void *self)
{
    const struct step *s = self;
    float             *dx = nnp_f32(&c->din[0]), *dy = nnp_f32(&c->dout[0]);
    size_t             bytes = nnp_count(&c->din[0]) * sizeof(float);

    if (dx && !s->straight_through)
        memset(dx, 0, bytes);
    else if (dx && dx != dy)
        memcpy(dx, dy, bytes);
    return NNP_OK;
}

static const nnp_formula straight = {
    .size = sizeof straight,
    .forward = "y = low [x < 0] + high [x >= 0]",
    .backward = "y' = 1",
};

static const nnp_formula *choose(const nnp_ctx *c, const void *self)
{
    const struct step *s = self;

    (void)c;
    return s->straight_through ? &straight : NULL;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = low [x < 0] + high [x >= 0]",
    .backward = "y' = 0",
    .choose = choose,
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component step = {
    NNP_COMPONENT("layer", "step"), .doc = "1 where x >= 0, else 0: a threshold",
    .takes = NNP_F32,
    .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD | NNP_SURROGATE |
             NNP_PROBABILITIES,
    .self_size = sizeof(struct step), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(step, NNP_OURS, &step)
