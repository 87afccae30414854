/* SPDX-License-Identifier: MIT */
/*
 * prelu: y = x where x > 0, slope * x elsewhere; the slopes are learned, one per channel
 * (axis 1) or one for all, from 0.25 on and without weight decay.
 *
 * He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers: surpassing human-level
 * performance on ImageNet classification". At x = 0 the derivative is taken from the
 * left.
 *
 * A tensor is seen as (rows, channels, inner).
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct prelu {
    int32_t shared;
};

enum { LANES = 16, COLUMNS = 64 }; /* sums of a channel; channels done together */

static const nnp_param params[] = {
    { "shared", NNP_BOOL | NNP_MAIN, offsetof(struct prelu, shared), "false", NULL,
      "one slope for all channels", NULL },
};

struct job {
    nnp_ctx *c;
    size_t   rows, channels, inner;
};

static struct job job_of(nnp_ctx *c, const struct prelu *s)
{
    const nnp_tensor *x = &c->in[0];
    int               one = s->shared || x->ndim < 2;
    size_t            channels = one ? 1 : (size_t)x->shape[1];

    return (struct job){ c, (size_t)x->shape[0], channels,
                         channels ? nnp_row(x) / channels : 0 };
}

static int setup(nnp_ctx *c, void *self)
{
    if (c->in[0].ndim < 1)
        return nnp_fail(c, NNP_EINVAL, "prelu takes rows of numbers");
    int64_t slopes = (int64_t)job_of(c, self).channels;
    int     rc = nnp_like(c, NNP_OUT, "y", &c->in[0]);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "slope", NNP_F32, 1, &slopes,
                              "constant: 0.25");
    return rc < 0 ? rc : NNP_OK;
}

/* n numbers of one channel. from is x, or dy with x as `sign`. */
NNP_HOT static void channel(const float *sign, const float *from, float *to, size_t n,
                            float slope)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        to[i] = nnp_pickf(sign[i] > 0.0f, from[i], slope * from[i]);
}

/* One number of each of n channels. */
NNP_HOT static void features(const float *sign, const float *from, float *to, size_t n,
                             const float *slope)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        to[i] = nnp_pickf(sign[i] > 0.0f, from[i], slope[i] * from[i]);
}

static void apply_row(const struct job *j, size_t row, const float *from, float *to)
{
    size_t       n = j->channels * j->inner;
    const float *slope = nnp_f32(&j->c->weight[0]);
    const float *x = nnp_f32(&j->c->in[0]) + row * n;

    from += row * n;
    to += row * n;
    if (j->inner == 1)
        features(x, from, to, n, slope);
    for (size_t k = 0; j->inner > 1 && k < j->channels; k++)
        channel(x + k * j->inner, from + k * j->inner, to + k * j->inner, j->inner,
                slope[k]);
}

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;

    (void)worker;
    for (size_t row = begin; row < end; row++)
        apply_row(j, row, nnp_f32(&j->c->in[0]), nnp_f32(&j->c->out[0]));
}

static int over_rows(nnp_ctx *c, struct job *j, nnp_body *body)
{
    size_t grain = 1 + NNP_GRAIN / (j->channels * j->inner + 1);

    return c->host->parallel(c, j->rows, grain, body, j);
}

static int forward(nnp_ctx *c, void *self)
{
    struct job j = job_of(c, self);

    return over_rows(c, &j, forward_part);
}

static void input_gradient(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;

    (void)worker;
    for (size_t row = begin; row < end; row++)
        apply_row(j, row, nnp_f32(&j->c->dout[0]), nnp_f32(&j->c->din[0]));
}

/* The sum of dy x over where x <= 0, in LANES running sums. */
NNP_HOT static float below(const float *x, const float *dy, size_t n)
{
    float sum[LANES] = { 0 }, all = 0.0f;

    for (size_t i = 0; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sum[k] += nnp_pickf(x[i + k] > 0.0f, 0.0f, dy[i + k] * x[i + k]);
    for (size_t i = n - n % LANES; i < n; i++)
        sum[i % LANES] += nnp_pickf(x[i] > 0.0f, 0.0f, dy[i] * x[i]);
    for (size_t k = 0; k < LANES; k++)
        all += sum[k];
    return all;
}

/* The same for one number of each of n <= COLUMNS channels in every row. */
NNP_HOT static void below_features(const float *x, const float *dy, size_t rows,
                                   size_t stride, float *dslope, size_t n)
{
    float sum[COLUMNS] = { 0 };

    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < n; i++)
            sum[i] += nnp_pickf(x[r * stride + i] > 0.0f, 0.0f,
                                dy[r * stride + i] * x[r * stride + i]);
    for (size_t i = 0; i < n; i++)
        dslope[i] += sum[i];
}

/* Each channel over the rows in their order. */
static void channel_gradients(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const float      *x = nnp_f32(&j->c->in[0]), *dy = nnp_f32(&j->c->dout[0]);
    size_t            n = j->channels * j->inner;

    (void)worker;
    for (size_t k = begin; k < end; k++) {
        double sum = 0;

        for (size_t at = k * j->inner; at < j->rows * n; at += n)
            sum += (double)below(x + at, dy + at, j->inner);
        nnp_f32(&j->c->dweight[0])[k] += (float)sum;
    }
}

/* begin and end count blocks of COLUMNS. */
static void feature_gradients(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            n = j->channels;

    (void)worker;
    for (size_t k = begin * COLUMNS; k < end * COLUMNS && k < n; k += COLUMNS)
        below_features(nnp_f32(&j->c->in[0]) + k, nnp_f32(&j->c->dout[0]) + k, j->rows, n,
                       nnp_f32(&j->c->dweight[0]) + k, n - k < COLUMNS ? n - k : COLUMNS);
}

static int slope_gradients(nnp_ctx *c, struct job *j)
{
    size_t blocks = (j->channels + COLUMNS - 1) / COLUMNS, work = j->rows * j->inner + 1;

    if (j->inner == 1)
        return c->host->parallel(c, blocks, 1 + NNP_GRAIN / COLUMNS / work,
                                 feature_gradients, j);
    return c->host->parallel(c, j->channels, 1 + NNP_GRAIN / work, channel_gradients, j);
}

/* The slopes come first: din may lie on dout. */
static int backward(nnp_ctx *c, void *self)
{
    struct job j = job_of(c, self);
    int        rc = c->dweight[0].data ? slope_gradients(c, &j) : NNP_OK;

    if (!rc && c->din[0].data)
        rc = over_rows(c, &j, input_gradient);
    return rc;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = [x > 0] x + [x <= 0] slope x",
    .backward = "y' = [x > 0] + [x <= 0] slope",
    .weight = "d(E, slope) = sum_k([x_k <= 0] x_k d(E, y_k))",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component prelu = {
    NNP_COMPONENT("layer", "prelu"), .doc = "rectifier that learns how much it leaks",
    .takes = NNP_F32, .flags = NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD,
    .self_size = sizeof(struct prelu), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(prelu, NNP_OURS, &prelu)
