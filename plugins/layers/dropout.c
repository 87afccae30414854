/* SPDX-License-Identifier: MIT */
/*
 * dropout: in training each number is 0 with probability p and otherwise divided by 1 -
 * p, so that its expectation stays; otherwise y = x.
 *
 * Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), "Dropout: a simple way
 * to prevent neural networks from overfitting", in the inverted form of its section 10.
 * Number i is kept if draw i of the step's stream is at least p.
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct dropout {
    double p;
};

enum { BLOCK = 1024 }; /* draws made together */

static const nnp_param params[] = {
    { "p", NNP_REAL | NNP_MAIN | NNP_LIVE, offsetof(struct dropout, p), "0.5", "[0,1)",
      "probability that a number is dropped", NULL },
};

struct job {
    nnp_ctx *c;
    float    p, scale;
};

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];

    (void)self;
    int rc = nnp_like(c, NNP_OUT, "y", x);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SAVED, "kept", NNP_U8, (uint32_t)x->ndim, x->shape,
                              NULL);
    return rc < 0 ? rc : NNP_OK;
}

NNP_HOT static void draw(const float *u, uint8_t *kept, size_t n, float p)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        kept[i] = u[i] >= p;
}

/* A product, so that NaN is not dropped unseen. */
NNP_HOT static void mask(const float *x, const uint8_t *kept, float *y, size_t n,
                         float scale)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * ((float)kept[i] * scale);
}

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;
    uint8_t          *kept = c->saved[0].data;
    float             u[BLOCK];

    (void)worker;
    for (size_t i = begin; i < end; i += BLOCK) {
        size_t n = end - i < BLOCK ? end - i : BLOCK;

        c->host->rand(c, NNP_UNIFORM, i, u, n);
        draw(u, kept + i, n, j->p);
        mask(nnp_f32(&c->in[0]) + i, kept + i, nnp_f32(&c->out[0]) + i, n, j->scale);
    }
}

static int pass(const nnp_tensor *from, const nnp_tensor *to)
{
    if (to->data && to->data != from->data)
        memcpy(to->data, from->data, nnp_count(from) * sizeof(float));
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct dropout *s = self;
    struct job            j = { c, (float)s->p, (float)(1 / (1 - s->p)) };

    if (!(c->flags & NNP_TRAIN) || !c->saved[0].data)
        return pass(&c->in[0], &c->out[0]);
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, forward_part, &j);
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const uint8_t    *kept = j->c->saved[0].data;

    (void)worker;
    mask(nnp_f32(&j->c->dout[0]) + begin, kept + begin, nnp_f32(&j->c->din[0]) + begin,
         end - begin, j->scale);
}

static int backward(nnp_ctx *c, void *self)
{
    const struct dropout *s = self;
    struct job            j = { c, (float)s->p, (float)(1 / (1 - s->p)) };

    if (!c->din[0].data)
        return NNP_OK;
    if (!(c->flags & NNP_TRAIN) || !c->saved[0].data)
        return pass(&c->dout[0], &c->din[0]);
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, backward_part, &j);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = [u >= p] x / (1 - p)",
    .backward = "d(E, x) = [u >= p] d(E, y) / (1 - p)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component dropout = {
    NNP_COMPONENT("layer", "dropout"), .doc = "drops numbers at random in training",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD,
    .self_size = sizeof(struct dropout), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(dropout, NNP_OURS, &dropout)
