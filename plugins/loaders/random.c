/* SPDX-License-Identifier: MIT */
/*
 * random: uniform noise of any shape and labels that mean nothing, as many rows as wanted
 * in no memory: for looking at shapes, memory and speed. x is f32 in [0,1), y i64 (rows).
 *
 * Element i of row r is a hash of (key, r, i), so that a row is the same whenever it is
 * asked for; the key comes from the run's seed. The hash is the finalizer of SplitMix64:
 * Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators".
 */
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/plugin.h>

enum { MAX_AXES = 6 };

struct random {
    nnp_list shape;
    int64_t  n, classes;
    int32_t  keyed;
    uint64_t key;
};

static const nnp_param params[] = {
    { "shape", NNP_INTS | NNP_MAIN, offsetof(struct random, shape), NULL,
      "[1,1000000000]", "of a row of x, [1, 100, 100]", NULL },
    { "n", NNP_INT, offsetof(struct random, n), "1000", "[1,1000000000000]",
      "number of rows", NULL },
    { "classes", NNP_INT, offsetof(struct random, classes), "10", "[1,1000000000]",
      "number of classes", NULL },
};

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint64_t hash(const struct random *s, uint64_t row, uint64_t i)
{
    return mix(mix(s->key + row * 0x9e3779b97f4a7c15u) + i * 0x9e3779b97f4a7c15u);
}

/* rand gives 24 bits a number. */
static int take_key(nnp_ctx *c, struct random *s)
{
    float u[2];
    int   rc = c->host->rand(c, NNP_UNIFORM, 0, u, 2);

    s->key = (uint64_t)(u[0] * 0x1p24f) << 24 | (uint64_t)(u[1] * 0x1p24f);
    s->keyed = 1;
    return rc;
}

static int setup(nnp_ctx *c, void *self)
{
    struct random *s = self;
    int64_t        shape[MAX_AXES + 1] = { c->in[0].shape[0] };
    int            rc = NNP_OK;

    if (s->shape.n > MAX_AXES || s->shape.n == 0)
        return nnp_fail(c, NNP_EINVAL, "shape: 1 to 6 numbers are needed");
    if (!s->keyed && !(c->flags & NNP_PEEK))
        rc = take_key(c, s);
    memcpy(shape + 1, s->shape.v, s->shape.n * sizeof *shape);
    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "x", NNP_F32, s->shape.n + 1, shape, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_OUT, "y", NNP_I64, 1, shape, NULL);
    c->rows->count = s->n;
    c->rows->classes = s->classes;
    return rc < 0 ? rc : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct random *s = self;
    const int64_t       *rows = c->in[0].data;
    size_t               d = nnp_row(&c->out[0]);

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        uint64_t row = (uint64_t)rows[r];

        if (rows[r] < 0 || rows[r] >= s->n)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        if (c->out[1].data)
            ((int64_t *)c->out[1].data)[r] =
                (int64_t)(hash(s, row, UINT64_MAX) % (uint64_t)s->classes);
        for (size_t i = 0; c->out[0].data && i < d; i++)
            nnp_f32(&c->out[0])[r * d + i] = (float)(hash(s, row, i) >> 40) * 0x1p-24f;
    }
    return NNP_OK;
}

static const nnp_component random_rows = {
    NNP_COMPONENT("loader", "random"),
    .doc = "noise of any shape, for looking at shapes and speed",
    .self_size = sizeof(struct random),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(random, NNP_OURS, &random_rows)
