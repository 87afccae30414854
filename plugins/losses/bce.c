/* SPDX-License-Identifier: MIT */
/*
 * bce: binary cross-entropy, L = -t log p - (1 - t) log(1 - p), mean over the elements of
 * a row; t is 0, 1 or a probability. With a mask the mean is weighted, as in mse.
 *
 * On logits x, p = 1 / (1 + e^-x) and L = max(x, 0) - t x + log(1 + e^-|x|), a form that
 * neither overflows nor loses digits; dL/dx = p - t. The output "prediction" is p.
 *
 * On probabilities no logarithm is below -100 and dL/dp = (p - t) / (p (1 - p)) takes its
 * divisor as at least 1e-12: a prediction that is certain and wrong stays finite.
 */
#include <math.h>

#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/loss.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct bce {
    int32_t from;
};

enum { LOGITS, PROBABILITIES };

static const nnp_param params[] = {
    { "from", NNP_ENUM | NNP_MAIN, offsetof(struct bce, from), "logits",
      "logits|probabilities", "what the model puts out", NULL },
};

/* Not fmaxf, which would hide a NaN. */
static inline float at_least(float x, float low)
{
    return x < low ? low : x;
}

/* Class numbers, or data scaled to -1..1, would give a loss without a lower bound. The
 * slack is for targets that were blurred or interpolated. */
static inline int is_wrong(float t)
{
    return (t < -1e-4f) | (t > 1 + 1e-4f);
}

/* A loop for each, so that both are vector code. */
NNP_HOT static int map_logits(const float *x, const float *t, float *loss, float *dx,
                              size_t n)
{
    int wrong = 0;

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        loss[i] =
            nnp_pickf(x[i] > 0, x[i], 0) - t[i] * x[i] + nnp_softplusf(-fabsf(x[i]));
    NNP_LANES
    for (size_t i = 0; dx && i < n; i++)
        dx[i] = nnp_sigmoidf(x[i]) - t[i];
    for (size_t i = 0; i < n; i++)
        wrong |= is_wrong(t[i]);
    return wrong;
}

static int map_probabilities(const float *x, const float *t, float *loss, float *dx,
                             size_t n)
{
    int wrong = 0;

    for (size_t i = 0; i < n; i++)
        loss[i] = -t[i] * at_least(logf(x[i]), -100) -
                  (1 - t[i]) * at_least(log1pf(-x[i]), -100);
    for (size_t i = 0; dx && i < n; i++)
        dx[i] = (x[i] - t[i]) / at_least(x[i] * (1 - x[i]), 1e-12f);
    for (size_t i = 0; i < n; i++)
        wrong |= is_wrong(t[i]);
    return wrong;
}

static int map(const void *self, const float *x, const float *t, float *loss, float *dx,
               size_t n)
{
    const struct bce *s = self;

    return (s->from == LOGITS ? map_logits : map_probabilities)(x, t, loss, dx, n);
}

static int setup(nnp_ctx *c, void *self)
{
    const struct bce *s = self;
    int               rc = nnp_loss_setup(c);

    if (rc >= 0 && s->from == LOGITS)
        rc = nnp_like(c, NNP_OUT, "prediction", &c->in[0]);
    return rc < 0 ? rc : NNP_OK;
}

NNP_HOT static void predict(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;
    const float   *x = nnp_f32(&c->in[0]);
    float         *p = nnp_f32(&c->out[1]);

    (void)worker;
    NNP_LANES
    for (size_t i = begin; i < end; i++)
        p[i] = nnp_sigmoidf(x[i]);
}

/* Names the first of the wrong targets, whoever saw one. */
static int refuse_target(nnp_ctx *c)
{
    size_t i = 0;

    while (!is_wrong((float)nnp_number(&c->in[1], i)))
        i++;
    return nnp_fail(c, NNP_EIO, "row %zu of the batch has target %g, outside 0..1",
                    i / nnp_row(&c->in[1]), nnp_number(&c->in[1], i));
}

static int judge(nnp_ctx *c, int rc)
{
    return rc > 0 ? refuse_target(c) : rc;
}

static int forward(nnp_ctx *c, void *self)
{
    int rc = NNP_OK;

    if (c->n_out > 1 && c->out[1].data)
        rc = c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, predict, c);
    if (rc || !c->in[1].data) /* no target when only the prediction is wanted */
        return rc;
    return judge(c, nnp_loss_forward(c, self, map));
}

static int backward(nnp_ctx *c, void *self)
{
    return judge(c, nnp_loss_backward(c, self, map));
}

static const nnp_formula of_probabilities = {
    .size = sizeof of_probabilities,
    .forward = "L = -t log(x) - (1 - t) log(1 - x)",
    .backward = "L' = (x - t) / max(x (1 - x), 1e-12)",
};

static const nnp_formula *choose(const nnp_ctx *c, const void *self)
{
    const struct bce *s = self;

    (void)c;
    return s->from == PROBABILITIES ? &of_probabilities : NULL;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "L = max(x, 0) - t x + log(1 + e^(-abs(x)))",
    .backward = "L' = 1 / (1 + e^(-x)) - t",
    .choose = choose,
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component bce = {
    NNP_COMPONENT("loss", "bce"), .doc = "binary cross-entropy on logits or probabilities",
    .flags = NNP_LOSS_IN_BACKWARD, .min_in = 2, .max_in = 3,
    .self_size = sizeof(struct bce), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(bce, NNP_OURS, &bce)
