/* SPDX-License-Identifier: MIT */
/*
 * perceptron: L = max(0, -y s), mean over the row's elements, with y = -1 or 1 and s the
 * score before the step. Targets are 0 or -1 against 1.
 *
 * Rosenblatt (1958), "The perceptron". Gradient descent at rate 1 on single rows is his
 * learning rule: add y x to the weights after a mistake, do nothing otherwise. A score of
 * 0 counts as a mistake: dL/ds is -y there, so that learning can start from weights of 0,
 * and L a token 1e-6, so that a loss of 0 means that every row is decided and right.
 *
 * The output "prediction" is the class of the score's sign, coded as `targets` says.
 */

#include <nnpipe/formula.h>
#include <nnpipe/loss.h>
#include <nnpipe/plugin.h>

struct perceptron {
    int32_t targets;
};

static const nnp_param params[] = {
    { "targets", NNP_ENUM | NNP_MAIN, offsetof(struct perceptron, targets), "zero_one",
      "zero_one|plus_minus", "classes of the prediction: 0 and 1, or -1 and 1", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    int rc = nnp_loss_setup(c);

    (void)self;
    if (!rc)
        rc = nnp_like(c, NNP_OUT, "prediction", &c->in[0]);
    return rc < 0 ? rc : NNP_OK;
}

static int check_targets(nnp_ctx *c)
{
    for (size_t i = 0, n = nnp_count(&c->in[1]); i < n; i++) {
        double t = nnp_number(&c->in[1], i);

        if (t == -1 || t == 0 || t == 1)
            continue;
        return nnp_fail(c, NNP_EIO,
                        "row %zu of the batch has target %g, none of -1, 0, 1",
                        i / nnp_row(&c->in[1]), t);
    }
    return NNP_OK;
}

static const float undecided = 1e-6f;

static inline float sign(const nnp_ctx *c, size_t i)
{
    return nnp_number(&c->in[1], i) > 0 ? 1 : -1;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct perceptron *p = self;
    const float             *s = nnp_f32(&c->in[0]);
    size_t                   d = nnp_row(&c->in[0]), n = nnp_count(&c->in[0]);
    int                      rc;

    if (c->out[1].data)
        for (size_t i = 0; i < n; i++)
            nnp_f32(&c->out[1])[i] = s[i] > 0 ? 1 : p->targets ? -1 : 0;
    if (!c->in[1].data)
        return NNP_OK; /* only the prediction is wanted */
    rc = check_targets(c);
    for (size_t r = 0; !rc && r * d < n; r++) {
        double sum = 0;

        for (size_t i = r * d; i < (r + 1) * d; i++) {
            float e = s[i] == 0 ? undecided : -sign(c, i) * s[i];

            sum += e <= 0 ? 0 : (double)e; /* this way round, a NaN stays one */
        }
        nnp_f32(&c->out[0])[r] = (float)(sum / (double)d);
    }
    return rc;
}

static int backward(nnp_ctx *c, void *self)
{
    const float *s = nnp_f32(&c->in[0]), *dout = nnp_f32(&c->dout[0]);
    float       *ds = nnp_f32(&c->din[0]);
    size_t       d = nnp_row(&c->in[0]);

    (void)self;
    if (!ds)
        return NNP_OK;
    for (size_t i = 0, n = nnp_count(&c->in[0]); i < n; i++)
        ds[i] = sign(c, i) * s[i] <= 0 ? -sign(c, i) * dout[i / d] / (float)d : 0;
    return NNP_OK;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "s = 2 [t > 0] - 1; L = max(0, -s x)",
    .backward = "s = 2 [t > 0] - 1; L' = -s [s x <= 0]",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component perceptron = {
    NNP_COMPONENT("loss", "perceptron"), .doc = "Rosenblatt's criterion, max(0, -y s)",
    .flags = NNP_FREE_OUT, .min_in = 2, .max_in = 2,
    .self_size = sizeof(struct perceptron), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(perceptron, NNP_OURS, &perceptron)
