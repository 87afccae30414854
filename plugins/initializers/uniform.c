/* SPDX-License-Identifier: MIT */
/*
 * uniform: every element evenly distributed in [low, high).
 */
#include <nnpipe/plugin.h>

struct uniform {
    double low, high;
};

static const nnp_param params[] = {
    { "low", NNP_REAL, offsetof(struct uniform, low), "-0.05", NULL, "lower bound",
      NULL },
    { "high", NNP_REAL, offsetof(struct uniform, high), "0.05", NULL, "upper bound",
      NULL },
};

enum { CHUNK = 16384 };

struct job {
    nnp_ctx *c;
    float    low, width;
};

static void draw(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    float            *w = nnp_f32(&j->c->out[0]);

    (void)worker;
    j->c->host->rand(j->c, NNP_UNIFORM, begin, w + begin, end - begin);
    for (size_t i = begin; i < end; i++)
        w[i] = j->low + j->width * w[i];
}

static int forward(nnp_ctx *c, void *self)
{
    const struct uniform *s = self;
    struct job            j = { c, (float)s->low, (float)(s->high - s->low) };

    if (nnp_type(&c->out[0]) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP, "only f32 weights can be drawn");
    if (s->low > s->high)
        return c->host->fail(c, NNP_EINVAL, "low must not be above high");
    return c->host->parallel(c, nnp_count(&c->out[0]), CHUNK, draw, &j);
}

/* clang-format off */
static const nnp_component uniform = {
    NNP_COMPONENT("initializer", "uniform"), .doc = "evenly distributed between two bounds",
    .self_size = sizeof(struct uniform), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(uniform, "1.0", "MIT", "https://example.org/nnpipe", &uniform)
