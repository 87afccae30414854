/* SPDX-License-Identifier: MIT */
/*
 * adam: running means of the gradient and of its square, both freed of their start at 0:
 *   m = beta1 m + (1 - beta1) d, v = beta2 v + (1 - beta2) d^2, with d = g + l2 w
 *   w -= lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps), t = 1, 2, ...
 * Kingma and Ba (2015), "Adam: a method for stochastic optimization". AMSGrad (Reddi,
 * Kale, Kumar 2018) divides by the largest v so far.
 *
 * adamw: the same with decay that does not pass through the means: d = g, and before the
 * step w -= lr decay w. Loshchilov and Hutter (2019), "Decoupled weight decay
 * regularization".
 */
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct adam {
    double  lr, beta1, beta2, eps, l2, decay; /* l2 or decay: the other is 0 */
    int32_t amsgrad;
};

/* clang-format off */
#define BOTH_FIRST                                                                       \
    { "lr", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct adam, lr), "1e-3",           \
      "[0,inf)", "learning rate", NULL },                                                \
    { "beta1", NNP_REAL | NNP_LIVE, offsetof(struct adam, beta1), "0.9", "[0,1)",        \
      "memory of the mean gradient", NULL },                                             \
    { "beta2", NNP_REAL | NNP_LIVE, offsetof(struct adam, beta2), "0.999", "[0,1)",      \
      "memory of the mean square", NULL },                                               \
    { "eps", NNP_REAL, offsetof(struct adam, eps), "1e-8", "(0,inf)",                    \
      "added to the root", NULL }
#define BOTH_LAST                                                                        \
    { "amsgrad", NNP_BOOL, offsetof(struct adam, amsgrad), "false", NULL,                \
      "divide by the largest mean square so far", NULL }
/* clang-format on */

static const nnp_param adam_params[] = {
    BOTH_FIRST,
    { "l2", NNP_REAL | NNP_LIVE, offsetof(struct adam, l2), "0", "[0,inf)",
      "weight decay, as a gradient l2 w", NULL },
    BOTH_LAST,
};

static const nnp_param adamw_params[] = {
    BOTH_FIRST,
    { "decay", NNP_REAL | NNP_LIVE, offsetof(struct adam, decay), "0.01", "[0,inf)",
      "weight decay, times the learning rate", NULL },
    BOTH_LAST,
};

static int setup(nnp_ctx *c, void *self)
{
    const struct adam *s = self;
    int                rc;

    rc = nnp_like(c, NNP_STATE, "m", &c->weight[0]);
    if (rc >= 0)
        rc = nnp_like(c, NNP_STATE, "v", &c->weight[0]);
    if (rc >= 0 && s->amsgrad)
        rc = nnp_like(c, NNP_STATE, "v_max", &c->weight[0]);
    return rc < 0 ? rc : NNP_OK;
}

struct job {
    float       *w, *m, *v, *top; /* top: NULL without amsgrad */
    const float *g;
    float        rate, root, beta1, rest1, beta2, rest2, eps, l2;
    float        keep; /* of a weight */
};

NNP_HOT static void update(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    float *restrict w = j->w, *restrict m = j->m, *restrict v = j->v,
                    *restrict top = j->top;
    const float *restrict g = j->g;
    const float rate = j->rate, root = j->root, eps = j->eps, l2 = j->l2;
    const float keep = j->keep;
    const float beta1 = j->beta1, rest1 = j->rest1, beta2 = j->beta2, rest2 = j->rest2;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        float d = g[i] + l2 * w[i], s;

        m[i] = beta1 * m[i] + rest1 * d;
        s = v[i] = beta2 * v[i] + rest2 * d * d;
        if (top)
            s = top[i] = top[i] > s ? top[i] : s;
        w[i] = keep * w[i] - rate * m[i] / (sqrtf(s) * root + eps);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct adam *s = self;
    double             t = (double)c->step + 1;
    struct job         j = {
                .w = nnp_f32(&c->weight[0]),
                .m = nnp_f32(&c->state[0]),
                .v = nnp_f32(&c->state[1]),
                .top = s->amsgrad ? nnp_f32(&c->state[2]) : NULL,
                .g = nnp_f32(&c->dweight[0]),
                .rate = (float)(c->lr / (1 - pow(s->beta1, t))),
                .root = (float)(1 / sqrt(1 - pow(s->beta2, t))),
                .beta1 = (float)s->beta1,
                .rest1 = (float)(1 - s->beta1),
                .beta2 = (float)s->beta2,
                .rest2 = (float)(1 - s->beta2),
                .eps = (float)s->eps,
                .l2 = c->flags & NNP_DECAY ? (float)s->l2 : 0,
                .keep = c->flags & NNP_DECAY ? (float)(1 - c->lr * s->decay) : 1,
    };

    return c->host->parallel(c, nnp_count(&c->weight[0]), 16384, update, &j);
}

static const nnp_formula amsgrad = {
    .size = sizeof amsgrad,
    .update = "d = g + l2 w; m = beta1 m + (1 - beta1) d; v = beta2 v + (1 - beta2) "
              "d^2; s = max(s, v); w = w - lr m / (1 - beta1^t) / (sqrt(s / (1 - "
              "beta2^t)) + eps)",
    .states = "m v s",
    .decay = "l2",
};

static const nnp_formula *adam_choose(const nnp_ctx *c, const void *self)
{
    const struct adam *s = self;

    (void)c;
    return s->amsgrad ? &amsgrad : NULL;
}

static const nnp_formula adam_formula = {
    .size = sizeof adam_formula,
    .update = "d = g + l2 w; m = beta1 m + (1 - beta1) d; v = beta2 v + (1 - beta2) "
              "d^2; w = w - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + "
              "eps)",
    .states = "m v",
    .decay = "l2",
    .choose = adam_choose,
};

NNP_FORMULA(adam_extension, adam_formula)

static const nnp_formula amsgrad_w = {
    .size = sizeof amsgrad_w,
    .update = "m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; s = "
              "max(s, v); w = (1 - lr decay) w - lr m / (1 - beta1^t) / (sqrt(s / "
              "(1 - beta2^t)) + eps)",
    .states = "m v s",
    .decay = "decay",
};

static const nnp_formula *adamw_choose(const nnp_ctx *c, const void *self)
{
    const struct adam *s = self;

    (void)c;
    return s->amsgrad ? &amsgrad_w : NULL;
}

static const nnp_formula adamw_formula = {
    .size = sizeof adamw_formula,
    .update = "m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w = (1 - "
              "lr decay) w - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + "
              "eps)",
    .states = "m v",
    .decay = "decay",
    .choose = adamw_choose,
};

NNP_FORMULA(adamw_extension, adamw_formula)

/* clang-format off */
static const nnp_component adam = {
    NNP_COMPONENT("optimizer", "adam"), .doc = "running means of the gradient and of its square",
    .takes = NNP_F32, .flags = NNP_ELEMENTWISE,
    .self_size = sizeof(struct adam), NNP_PARAMS(adam_params),
    .setup = setup, .forward = forward,
    .extension = adam_extension,
};

static const nnp_component adamw = {
    NNP_COMPONENT("optimizer", "adamw"), .doc = "Adam with decoupled weight decay",
    .takes = NNP_F32, .flags = NNP_ELEMENTWISE,
    .self_size = sizeof(struct adam), NNP_PARAMS(adamw_params),
    .setup = setup, .forward = forward,
    .extension = adamw_extension,
};
/* clang-format on */
NNP_PLUGIN(adam, NNP_OURS, &adam, &adamw)
