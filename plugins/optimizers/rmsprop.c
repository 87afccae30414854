/* SPDX-License-Identifier: MIT */
/*
 * rmsprop: w -= lr d / (sqrt(s) + eps), s = alpha s + (1 - alpha) d^2, with d = g + l2 w.
 *
 * Tieleman and Hinton (2012), lecture 6.5 of "Neural networks for machine learning".
 * Centered (Graves 2013) divides by the standard deviation instead: sqrt(s - a^2), a the
 * running mean of d. With momentum m the quotient q goes through v = m v + q and w -= lr
 * v.
 */
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct rmsprop {
    double  lr, alpha, eps, momentum, l2;
    int32_t centered;
};

static const nnp_param params[] = {
    { "lr", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct rmsprop, lr), "0.01",
      "[0,inf)", "learning rate", NULL },
    { "alpha", NNP_REAL, offsetof(struct rmsprop, alpha), "0.99", "[0,1)",
      "memory of the running means", NULL },
    { "eps", NNP_REAL, offsetof(struct rmsprop, eps), "1e-8", "(0,inf)",
      "added to the root", NULL },
    { "centered", NNP_BOOL, offsetof(struct rmsprop, centered), "false", NULL,
      "divide by the standard deviation of the gradient", NULL },
    { "momentum", NNP_REAL | NNP_LIVE, offsetof(struct rmsprop, momentum), "0", "[0,1)",
      "part of the last step that is kept", NULL },
    { "l2", NNP_REAL | NNP_LIVE, offsetof(struct rmsprop, l2), "0", "[0,inf)",
      "weight decay, as a gradient l2 w", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    const struct rmsprop *s = self;
    int                   rc;

    rc = nnp_like(c, NNP_STATE, "square", &c->weight[0]);
    if (rc >= 0 && s->centered)
        rc = nnp_like(c, NNP_STATE, "mean", &c->weight[0]);
    if (rc >= 0 && s->momentum > 0)
        rc = nnp_like(c, NNP_STATE, "momentum", &c->weight[0]);
    return rc < 0 ? rc : NNP_OK;
}

struct job {
    float       *w, *s, *a, *v; /* a, v: NULL if not centered, without momentum */
    const float *g;
    float        lr, alpha, rest, eps, momentum, l2; /* rest: 1 - alpha */
};

/* Where rounding puts the square of the mean above the mean of the squares, they are
 * equal. */
static inline float deviation(float square, float mean)
{
    float variance = square - mean * mean;

    return sqrtf(variance < 0 ? 0 : variance);
}

NNP_HOT static void update(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    float *restrict w = j->w, *restrict s = j->s, *restrict a = j->a, *restrict v = j->v;
    const float *restrict g = j->g;
    const float lr = j->lr, alpha = j->alpha, rest = j->rest, eps = j->eps, l2 = j->l2;
    const float momentum = j->momentum;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        float d = g[i] + l2 * w[i], q;

        s[i] = alpha * s[i] + rest * d * d;
        if (a) {
            a[i] = alpha * a[i] + rest * d;
            q = d / (deviation(s[i], a[i]) + eps);
        } else {
            q = d / (sqrtf(s[i]) + eps);
        }
        if (v)
            q = v[i] = momentum * v[i] + q;
        w[i] -= lr * q;
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct rmsprop *s = self;
    uint32_t              next = 1;
    struct job            j = {
                   .w = nnp_f32(&c->weight[0]),
                   .s = nnp_f32(&c->state[0]),
                   .g = nnp_f32(&c->dweight[0]),
                   .lr = (float)c->lr,
                   .alpha = (float)s->alpha,
                   .rest = (float)(1 - s->alpha),
                   .eps = (float)s->eps,
                   .momentum = (float)s->momentum,
                   .l2 = c->flags & NNP_DECAY ? (float)s->l2 : 0,
    };

    if (s->centered)
        j.a = nnp_f32(&c->state[next++]);
    if (next < c->n_state)
        j.v = nnp_f32(&c->state[next]);
    return c->host->parallel(c, nnp_count(&c->weight[0]), 16384, update, &j);
}

static const nnp_formula centered = {
    .size = sizeof centered,
    .update = "d = g + l2 w; s = alpha s + (1 - alpha) d^2; a = alpha a + (1 - "
              "alpha) d; w = w - lr d / (sqrt(max(0, s - a^2)) + eps)",
    .states = "s a",
    .decay = "l2",
};

static const nnp_formula with_momentum = {
    .size = sizeof with_momentum,
    .update = "d = g + l2 w; s = alpha s + (1 - alpha) d^2; v = momentum v + d / "
              "(sqrt(s) + eps); w = w - lr v",
    .states = "s v",
    .decay = "l2",
};

static const nnp_formula with_both = {
    .size = sizeof with_both,
    .update = "d = g + l2 w; s = alpha s + (1 - alpha) d^2; a = alpha a + (1 - "
              "alpha) d; v = momentum v + d / (sqrt(max(0, s - a^2)) + eps); w = w - "
              "lr v",
    .states = "s a v",
    .decay = "l2",
};

static const nnp_formula *choose(const nnp_ctx *c, const void *self)
{
    const struct rmsprop *s = self;

    (void)c;
    if (s->centered)
        return s->momentum > 0 ? &with_both : &centered;
    return s->momentum > 0 ? &with_momentum : NULL;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .update = "d = g + l2 w; s = alpha s + (1 - alpha) d^2; w = w - lr d / (sqrt(s) "
              "+ eps)",
    .states = "s",
    .decay = "l2",
    .choose = choose,
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component rmsprop = {
    NNP_COMPONENT("optimizer", "rmsprop"), .doc = "gradient divided by its running root mean square",
    .takes = NNP_F32, .flags = NNP_ELEMENTWISE,
    .self_size = sizeof(struct rmsprop), NNP_PARAMS(params),
    .setup = setup, .forward = forward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(rmsprop, NNP_OURS, &rmsprop)
