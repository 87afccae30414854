/* SPDX-License-Identifier: MIT */
/*
 * global_avgpool: the mean of each channel, (rows, channels, ...) to (rows, channels).
 * Lin, Chen, Yan (2014), "Network in network".
 * global_maxpool: its largest number. The gradient goes to the first of several largest.
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

/* Of one channel of n numbers. */
struct pool {
    float (*forward)(const float *x, size_t n);
    void (*backward)(const float *x, float dy, float *dx, size_t n);
};

static float mean(const float *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)x[i];
    return (float)(sum / (double)n);
}

static void mean_backward(const float *x, float dy, float *dx, size_t n)
{
    (void)x;
    for (size_t i = 0; i < n; i++)
        dx[i] = dy / (float)n;
}

/* Where the largest is; a NaN counts as larger than all. */
static size_t find_largest(const float *x, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n && x[best] == x[best]; i++)
        if (!(x[i] <= x[best]))
            best = i;
    return best;
}

static float largest(const float *x, size_t n)
{
    return x[find_largest(x, n)];
}

static void largest_backward(const float *x, float dy, float *dx, size_t n)
{
    memset(dx, 0, n * sizeof *dx);
    dx[find_largest(x, n)] = dy;
}

static const struct pool by_mean = { mean, mean_backward };
static const struct pool by_largest = { largest, largest_backward };

struct global {
    const struct pool *pool; /* set by setup */
};

static int setup(nnp_ctx *c, struct global *s, const struct pool *pool)
{
    const nnp_tensor *x = &c->in[0];

    s->pool = pool;
    if (x->ndim < 3)
        return nnp_fail(c, NNP_EINVAL,
                        "takes images: rows of 3 axes (channels, height, width)");
    return c->host->declare(c, NNP_OUT, "y", NNP_F32, 2, x->shape, NULL);
}

static int avgpool_setup(nnp_ctx *c, void *self)
{
    return setup(c, self, &by_mean);
}

static int maxpool_setup(nnp_ctx *c, void *self)
{
    return setup(c, self, &by_largest);
}

struct job {
    nnp_ctx           *c;
    const struct pool *pool;
    size_t             n; /* numbers of a channel */
};

/* Channels begin..end of all rows. */
static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;

    (void)worker;
    for (size_t ch = begin; ch < end; ch++)
        nnp_f32(&j->c->out[0])[ch] =
            j->pool->forward(nnp_f32(&j->c->in[0]) + ch * j->n, j->n);
}

/* in has no data where they were promised not to be read. */
static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const float      *x = nnp_f32(&j->c->in[0]), *dy = nnp_f32(&j->c->dout[0]);

    (void)worker;
    for (size_t ch = begin; ch < end; ch++)
        j->pool->backward(x ? x + ch * j->n : NULL, dy[ch],
                          nnp_f32(&j->c->din[0]) + ch * j->n, j->n);
}

static int over_channels(nnp_ctx *c, const struct global *s, nnp_body *body)
{
    const int64_t *x = c->in[0].shape;
    struct job     j = { c, s->pool, nnp_row(&c->in[0]) / (size_t)x[1] };

    return c->host->parallel(c, (size_t)(x[0] * x[1]), 64, body, &j);
}

static int forward(nnp_ctx *c, void *self)
{
    return over_channels(c, self, forward_part);
}

static int backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? over_channels(c, self, backward_part) : NNP_OK;
}

static const nnp_formula global_avgpool_formula = {
    .size = sizeof global_avgpool_formula,
    .forward = "y = mean_k(x_k)",
    .backward = "d(E, x_k) = d(E, y) / n",
};

NNP_FORMULA(global_avgpool_extension, global_avgpool_formula)

static const nnp_formula global_maxpool_formula = {
    .size = sizeof global_maxpool_formula,
    .forward = "y = max_k(x_k)",
    .backward = "d(E, x_k) = [x_k == y] d(E, y)",
};

NNP_FORMULA(global_maxpool_extension, global_maxpool_formula)

/* clang-format off */
static const nnp_component global_avgpool = {
    NNP_COMPONENT("layer", "global_avgpool"), .doc = "the mean of each channel",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct global),
    .setup = avgpool_setup, .forward = forward, .backward = backward,
    .extension = global_avgpool_extension,
};

static const nnp_component global_maxpool = {
    NNP_COMPONENT("layer", "global_maxpool"), .doc = "the largest number of each channel",
    .takes = NNP_F32, .flags = NNP_FREE_OUT,
    .self_size = sizeof(struct global),
    .setup = maxpool_setup, .forward = forward, .backward = backward,
    .extension = global_maxpool_extension,
};
/* clang-format on */
NNP_PLUGIN(global_pool, NNP_OURS, &global_avgpool, &global_maxpool)
