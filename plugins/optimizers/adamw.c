/* SPDX-License-Identifier: MIT */
/*
 * adamw: Adam with decay that does not pass through its means:
 *   w -= lr decay w
 *   m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2
 *   w -= lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps), t = 1, 2, ...
 *
 * Loshchilov and Hutter (2019), "Decoupled weight decay regularization". AMSGrad (Reddi,
 * Kale, Kumar 2018) divides by the largest v so far.
 */
#include <math.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct adamw {
    double  lr, beta1, beta2, eps, decay;
    int32_t amsgrad;
};

static const nnp_param params[] = {
    { "lr", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct adamw, lr), "1e-3", "[0,inf)",
      "learning rate", NULL },
    { "beta1", NNP_REAL | NNP_LIVE, offsetof(struct adamw, beta1), "0.9", "[0,1)",
      "memory of the mean gradient", NULL },
    { "beta2", NNP_REAL | NNP_LIVE, offsetof(struct adamw, beta2), "0.999", "[0,1)",
      "memory of the mean square", NULL },
    { "eps", NNP_REAL, offsetof(struct adamw, eps), "1e-8", "(0,inf)",
      "added to the root", NULL },
    { "decay", NNP_REAL | NNP_LIVE, offsetof(struct adamw, decay), "0.01", "[0,inf)",
      "weight decay, times the learning rate", NULL },
    { "amsgrad", NNP_BOOL, offsetof(struct adamw, amsgrad), "false", NULL,
      "divide by the largest mean square so far", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    const struct adamw *s = self;
    int                 rc;

    if (nnp_type(&c->weight[0]) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP, "the weight must be f32");
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
    float rate, root, beta1, rest1, beta2, rest2, eps, keep; /* keep: of a weight */
};

NNP_HOT static void update(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    float *restrict w = j->w, *restrict m = j->m, *restrict v = j->v,
                    *restrict top = j->top;
    const float *restrict g = j->g;
    const float rate = j->rate, root = j->root, eps = j->eps, keep = j->keep;
    const float beta1 = j->beta1, rest1 = j->rest1, beta2 = j->beta2, rest2 = j->rest2;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        float s;

        m[i] = beta1 * m[i] + rest1 * g[i];
        s = v[i] = beta2 * v[i] + rest2 * g[i] * g[i];
        if (top)
            s = top[i] = top[i] > s ? top[i] : s;
        w[i] = keep * w[i] - rate * m[i] / (sqrtf(s) * root + eps);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct adamw *s = self;
    double              t = (double)c->step + 1;
    struct job          j = {
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
                 .keep = c->flags & NNP_DECAY ? (float)(1 - c->lr * s->decay) : 1,
    };

    return c->host->parallel(c, nnp_count(&c->weight[0]), 16384, update, &j);
}

/* clang-format off */
static const nnp_component adamw = {
    NNP_COMPONENT("optimizer", "adamw"), .doc = "Adam with decoupled weight decay",
    .flags = NNP_ELEMENTWISE,
    .self_size = sizeof(struct adamw), NNP_PARAMS(params),
    .setup = setup, .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(adamw, "1.0", "MIT", "https://example.org/nnpipe", &adamw)
