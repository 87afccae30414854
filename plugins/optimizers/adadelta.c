/* SPDX-License-Identifier: MIT */
/*
 * adadelta: steps in the units of the weights, from running means of squares:
 *   s = rho s + (1 - rho) d^2, with d = g + l2 w
 *   e = d sqrt(u + eps) / sqrt(s + eps)
 *   u = rho u + (1 - rho) e^2
 *   w -= lr e
 *
 * Zeiler (2012), "ADADELTA: an adaptive learning rate method", who has lr = 1.
 */
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct adadelta {
    double lr, rho, eps, l2;
};

static const nnp_param params[] = {
    { "lr", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct adadelta, lr), "1", "[0,inf)",
      "factor on the step", NULL },
    { "rho", NNP_REAL, offsetof(struct adadelta, rho), "0.9", "[0,1)",
      "memory of the running means", NULL },
    { "eps", NNP_REAL, offsetof(struct adadelta, eps), "1e-6", "(0,inf)",
      "added under the roots", NULL },
    { "l2", NNP_REAL | NNP_LIVE, offsetof(struct adadelta, l2), "0", "[0,inf)",
      "weight decay, as a gradient l2 w", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    int rc;

    (void)self;
    rc = nnp_like(c, NNP_STATE, "square", &c->weight[0]);
    if (rc >= 0)
        rc = nnp_like(c, NNP_STATE, "step", &c->weight[0]);
    return rc < 0 ? rc : NNP_OK;
}

struct job {
    float       *w, *s, *u;
    const float *g;
    float        lr, rho, rest, eps, l2; /* rest: 1 - rho */
};

NNP_HOT static void update(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    float *restrict w = j->w, *restrict s = j->s, *restrict u = j->u;
    const float *restrict g = j->g;
    const float lr = j->lr, rho = j->rho, rest = j->rest, eps = j->eps, l2 = j->l2;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        float d = g[i] + l2 * w[i], e;

        s[i] = rho * s[i] + rest * d * d;
        e = d * sqrtf(u[i] + eps) / sqrtf(s[i] + eps);
        u[i] = rho * u[i] + rest * e * e;
        w[i] -= lr * e;
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct adadelta *s = self;
    struct job             j = {
                    .w = nnp_f32(&c->weight[0]),
                    .s = nnp_f32(&c->state[0]),
                    .u = nnp_f32(&c->state[1]),
                    .g = nnp_f32(&c->dweight[0]),
                    .lr = (float)c->lr,
                    .rho = (float)s->rho,
                    .rest = (float)(1 - s->rho),
                    .eps = (float)s->eps,
                    .l2 = c->flags & NNP_DECAY ? (float)s->l2 : 0,
    };

    return c->host->parallel(c, nnp_count(&c->weight[0]), 16384, update, &j);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .update = "d = g + l2 w; s = rho s + (1 - rho) d^2; c = d sqrt(u + eps) / sqrt(s "
              "+ eps); u = rho u + (1 - rho) c^2; w = w - lr c",
    .states = "s u",
    .decay = "l2",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component adadelta = {
    NNP_COMPONENT("optimizer", "adadelta"), .doc = "steps in the units of the weights, no rate to choose",
    .takes = NNP_F32, .flags = NNP_ELEMENTWISE,
    .self_size = sizeof(struct adadelta), NNP_PARAMS(params),
    .setup = setup, .forward = forward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(adadelta, NNP_OURS, &adadelta)
