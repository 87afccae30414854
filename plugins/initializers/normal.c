/* SPDX-License-Identifier: MIT */
/*
 * normal: every element from a normal distribution.
 */
#include <nnpipe/plugin.h>

struct normal {
    double mean, std;
};

static const nnp_param params[] = {
    { "mean", NNP_REAL, offsetof(struct normal, mean), "0", NULL, "mean", NULL },
    { "std", NNP_REAL | NNP_MAIN, offsetof(struct normal, std), "0.05", "[0,inf)",
      "standard deviation", NULL },
};

enum { CHUNK = 16384 };

struct job {
    nnp_ctx *c;
    float    mean, std;
};

static void draw(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    float            *w = nnp_f32(&j->c->out[0]);

    (void)worker;
    j->c->host->rand(j->c, NNP_NORMAL, begin, w + begin, end - begin);
    for (size_t i = begin; i < end; i++)
        w[i] = j->mean + j->std * w[i];
}

static int forward(nnp_ctx *c, void *self)
{
    const struct normal *s = self;
    struct job           j = { c, (float)s->mean, (float)s->std };

    if (nnp_type(&c->out[0]) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP, "only f32 weights can be drawn");
    return c->host->parallel(c, nnp_count(&c->out[0]), CHUNK, draw, &j);
}

/* clang-format off */
static const nnp_component normal = {
    NNP_COMPONENT("initializer", "normal"), .doc = "normally distributed",
    .self_size = sizeof(struct normal), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(normal, "1.0", "MIT", "https://example.org/nnpipe", &normal)
