/* SPDX-License-Identifier: MIT */
/*
 * adagrad: s += d^2, w -= lr d / (sqrt(s) + eps), with d = g + l2 w.
 *
 * Duchi, Hazan, Singer (2011), "Adaptive subgradient methods for online learning and
 * stochastic optimization". Weights that rarely have a gradient keep a high rate.
 */
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct adagrad {
    double lr, eps, initial, l2;
};

static const nnp_param params[] = {
    { "lr", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct adagrad, lr), "0.01",
      "[0,inf)", "learning rate", NULL },
    { "eps", NNP_REAL, offsetof(struct adagrad, eps), "1e-10", "(0,inf)",
      "added to the root", NULL },
    { "initial", NNP_REAL, offsetof(struct adagrad, initial), "0", "[0,inf)",
      "what the sum of squares starts from", NULL },
    { "l2", NNP_REAL | NNP_LIVE, offsetof(struct adagrad, l2), "0", "[0,inf)",
      "weight decay, as a gradient l2 w", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    int rc;

    (void)self;
    rc = nnp_like(c, NNP_STATE, "sum", &c->weight[0]);
    return rc < 0 ? rc : NNP_OK;
}

struct job {
    float       *w, *s;
    const float *g;
    float        lr, eps, initial, l2;
};

NNP_HOT static void update(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    float *restrict w = j->w, *restrict s = j->s;
    const float *restrict g = j->g;
    const float lr = j->lr, eps = j->eps, initial = j->initial, l2 = j->l2;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        float d = g[i] + l2 * w[i];

        s[i] += d * d;
        w[i] -= lr * d / (sqrtf(s[i] + initial) + eps);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct adagrad *s = self;
    struct job            j = {
                   .w = nnp_f32(&c->weight[0]),
                   .s = nnp_f32(&c->state[0]),
                   .g = nnp_f32(&c->dweight[0]),
                   .lr = (float)c->lr,
                   .eps = (float)s->eps,
                   .initial = (float)s->initial,
                   .l2 = c->flags & NNP_DECAY ? (float)s->l2 : 0,
    };

    return c->host->parallel(c, nnp_count(&c->weight[0]), 16384, update, &j);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .update = "d = g + l2 w; s = s + d^2; w = w - lr d / (sqrt(s + initial) + eps)",
    .states = "s",
    .decay = "l2",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component adagrad = {
    NNP_COMPONENT("optimizer", "adagrad"), .doc = "rates that shrink with the sum of squared gradients",
    .takes = NNP_F32, .flags = NNP_ELEMENTWISE,
    .self_size = sizeof(struct adagrad), NNP_PARAMS(params),
    .setup = setup, .forward = forward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(adagrad, NNP_OURS, &adagrad)
