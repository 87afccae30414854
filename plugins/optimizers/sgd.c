/* SPDX-License-Identifier: MIT */
/*
 * sgd: stochastic gradient descent, w -= lr d, with d = g + l2 w.
 *
 * With momentum m (Polyak 1964): v = m v + (1 - dampening) d and w -= lr v; the first v
 * is d. Nesterov's variant steps to where the momentum leads: w -= lr (d + m v), as in
 * Sutskever et al. (2013), "On the importance of initialization and momentum in deep
 * learning".
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct sgd {
    double  lr, momentum, dampening, l2;
    int32_t nesterov;
};

static const nnp_param params[] = {
    { "lr", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct sgd, lr), "0.01", "[0,inf)",
      "learning rate", NULL },
    { "momentum", NNP_REAL | NNP_LIVE, offsetof(struct sgd, momentum), "0", "[0,1)",
      "part of the last step that is kept", NULL },
    { "nesterov", NNP_BOOL, offsetof(struct sgd, nesterov), "false", NULL,
      "look ahead along the momentum", NULL },
    { "dampening", NNP_REAL, offsetof(struct sgd, dampening), "0", "[0,1]",
      "part of the gradient that momentum leaves out", NULL },
    { "l2", NNP_REAL | NNP_LIVE, offsetof(struct sgd, l2), "0", "[0,inf)",
      "weight decay, as a gradient l2 w", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    const struct sgd *s = self;
    int               rc = NNP_OK;

    if (s->nesterov && (s->momentum <= 0 || s->dampening > 0))
        return nnp_fail(c, NNP_EINVAL, "nesterov needs momentum and no dampening");
    if (s->momentum > 0)
        rc = nnp_like(c, NNP_STATE, "momentum", &c->weight[0]);
    return rc < 0 ? rc : NNP_OK;
}

struct job {
    float       *w, *v;
    const float *g;
    float        lr, l2, momentum, take; /* take: of the gradient, into the momentum */
    int32_t      nesterov;
};

NNP_HOT static void update(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    float *restrict w = j->w, *restrict v = j->v;
    const float *restrict g = j->g;
    const float lr = j->lr, l2 = j->l2, momentum = j->momentum, take = j->take;

    (void)worker;
    for (size_t i = begin; !v && i < end; i++)
        w[i] -= lr * (g[i] + l2 * w[i]);
    for (size_t i = begin; v && j->nesterov && i < end; i++) {
        float d = g[i] + l2 * w[i];

        v[i] = momentum * v[i] + take * d;
        w[i] -= lr * (d + momentum * v[i]);
    }
    for (size_t i = begin; v && !j->nesterov && i < end; i++) {
        v[i] = momentum * v[i] + take * (g[i] + l2 * w[i]);
        w[i] -= lr * v[i];
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct sgd *s = self;
    struct job        j = {
               .w = nnp_f32(&c->weight[0]),
               .v = c->n_state ? nnp_f32(&c->state[0]) : NULL,
               .g = nnp_f32(&c->dweight[0]),
               .lr = (float)c->lr,
               .l2 = c->flags & NNP_DECAY ? (float)s->l2 : 0,
               .momentum = (float)s->momentum,
               .take = c->step ? (float)(1 - s->dampening) : 1,
               .nesterov = s->nesterov,
    };

    return c->host->parallel(c, nnp_count(&c->weight[0]), 16384, update, &j);
}

static const nnp_formula with_momentum = {
    .size = sizeof with_momentum,
    .update = "v = momentum v + (1 - dampening [t > 1]) (g + l2 w); w = w - lr v",
    .states = "v",
    .decay = "l2",
};

static const nnp_formula nesterov = {
    .size = sizeof nesterov,
    .update = "d = g + l2 w; v = momentum v + d; w = w - lr (d + momentum v)",
    .states = "v",
    .decay = "l2",
};

static const nnp_formula *choose(const nnp_ctx *c, const void *self)
{
    const struct sgd *s = self;

    (void)c;
    if (s->nesterov)
        return &nesterov;
    return s->momentum > 0 ? &with_momentum : NULL;
}

static const nnp_formula formula = {
    sizeof formula, 0, .update = "w = w - lr (g + l2 w)", .decay = "l2", .choose = choose,
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component sgd = {
    NNP_COMPONENT("optimizer", "sgd"), .doc = "gradient descent, with momentum if wanted",
    .takes = NNP_F32, .flags = NNP_ELEMENTWISE,
    .self_size = sizeof(struct sgd), NNP_PARAMS(params),
    .setup = setup, .forward = forward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(sgd, NNP_OURS, &sgd)
