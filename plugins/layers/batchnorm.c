/* SPDX-License-Identifier: MIT */
/*
 * batchnorm: y = gain (x - mean) / sqrt(var + eps) + shift, for each channel (axis 1)
 * over all rows and pixels. Training takes the mean and variance of the batch and moves
 * the running ones towards them by `momentum`; otherwise the running ones are used.
 *
 * Ioffe, Szegedy (2015), "Batch normalization: accelerating deep network training by
 * reducing internal covariate shift". Running variance is that of a sample, divided by
 * n - 1, as the paper has it. With z = (x - mean) / sqrt(var + eps) and g = gain dy:
 * dx = (g - mean(g) - z mean(g z)) / sqrt(var + eps). Sums run over the rows in their
 * order, in double precision.
 */
#include <math.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct batchnorm {
    double momentum, eps;
};

static const nnp_param params[] = {
    { "momentum", NNP_REAL | NNP_LIVE, offsetof(struct batchnorm, momentum), "0.1",
      "[0,1]", "share of the batch in the running mean and variance", NULL },
    { "eps", NNP_REAL, offsetof(struct batchnorm, eps), "1e-5", "(0,inf)",
      "added to the variance", NULL },
};

struct job {
    nnp_ctx *c;
    size_t   rows, channels, inner;
    double   momentum, eps;
    int      batch; /* statistics of the batch */
};

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];

    (void)self;
    if (nnp_type(x) != NNP_F32)
        return c->host->fail(c, NNP_ENOTSUP,
                             "batchnorm takes f32; put `scale` before it");
    if (x->ndim < 2)
        return c->host->fail(c, NNP_EINVAL,
                             "batchnorm takes rows of features or of channels");
    const int64_t *n = &x->shape[1], kept[2] = { x->shape[1], 2 };
    int            rc = nnp_like(c, NNP_OUT, "y", x);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "gain", NNP_F32, 1, n,
                              "constant: 1");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "shift", NNP_F32, 1, n,
                              "zeros");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE | NNP_MEAN, "mean", NNP_F32, 1, n, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE | NNP_MEAN, "var", NNP_F32, 1, n,
                              "constant: 1");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SAVED, "statistics", NNP_F64, 2, kept, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* Mean and variance of a channel over the batch. */
static void measure(const struct job *j, size_t ch, double *mean, double *var)
{
    const float *x = nnp_f32(&j->c->in[0]) + ch * j->inner;
    size_t       step = j->channels * j->inner, n = j->rows * j->inner;
    double       sum = 0, square = 0;

    for (size_t row = 0; row < j->rows; row++)
        for (size_t i = 0; i < j->inner; i++)
            sum += (double)x[row * step + i];
    *mean = sum / (double)n;
    for (size_t row = 0; row < j->rows; row++)
        for (size_t i = 0; i < j->inner; i++) {
            double d = (double)x[row * step + i] - *mean;
            square += d * d;
        }
    *var = square / (double)n;
}

static void move_running(const struct job *j, size_t ch, double mean, double var)
{
    double n = (double)(j->rows * j->inner);
    float *old_mean = nnp_f32(&j->c->state[0]) + ch;
    float *old_var = nnp_f32(&j->c->state[1]) + ch;

    if (n > 1)
        var *= n / (n - 1);
    *old_mean += (float)(j->momentum * (mean - (double)*old_mean));
    *old_var += (float)(j->momentum * (var - (double)*old_var));
}

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            step = j->channels * j->inner;
    double           *saved = j->c->saved[0].data;

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        const float *x = nnp_f32(&j->c->in[0]) + ch * j->inner;
        float       *y = nnp_f32(&j->c->out[0]) + ch * j->inner;
        double       mean = (double)nnp_f32(&j->c->state[0])[ch];
        double       var = (double)nnp_f32(&j->c->state[1])[ch];

        if (j->batch) {
            measure(j, ch, &mean, &var);
            move_running(j, ch, mean, var);
        }
        double scale = 1 / sqrt(var + j->eps);
        float  a = (float)(scale * (double)nnp_f32(&j->c->weight[0])[ch]);
        float  b = nnp_f32(&j->c->weight[1])[ch], m = (float)mean;
        if (saved) {
            saved[2 * ch] = mean;
            saved[2 * ch + 1] = scale;
        }
        for (size_t row = 0; row < j->rows; row++)
            for (size_t i = 0; i < j->inner; i++)
                y[row * step + i] = (x[row * step + i] - m) * a + b;
    }
}

/* Sums over a channel of dy and of dy z. */
static void sums(const struct job *j, size_t ch, double *plain, double *times_z)
{
    const double *saved = (double *)j->c->saved[0].data + 2 * ch;
    const float  *x = nnp_f32(&j->c->in[0]) + ch * j->inner;
    const float  *dy = nnp_f32(&j->c->dout[0]) + ch * j->inner;
    size_t        step = j->channels * j->inner;

    *plain = *times_z = 0;
    for (size_t row = 0; row < j->rows; row++)
        for (size_t i = row * step; i < row * step + j->inner; i++) {
            *plain += (double)dy[i];
            *times_z += (double)dy[i] * ((double)x[i] - saved[0]);
        }
    *times_z *= saved[1];
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;
    size_t            step = j->channels * j->inner;
    double            n = (double)(j->rows * j->inner), plain, times_z;

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        const double *saved = (double *)c->saved[0].data + 2 * ch;
        double        a = saved[1] * (double)nnp_f32(&c->weight[0])[ch];

        sums(j, ch, &plain, &times_z);
        if (c->dweight[0].data)
            nnp_f32(&c->dweight[0])[ch] += (float)times_z;
        if (c->dweight[1].data)
            nnp_f32(&c->dweight[1])[ch] += (float)plain;
        for (size_t row = 0; c->din[0].data && row < j->rows; row++)
            for (size_t i = row * step + ch * j->inner;
                 i < row * step + (ch + 1) * j->inner; i++) {
                double z = ((double)nnp_f32(&c->in[0])[i] - saved[0]) * saved[1];
                double g = (double)nnp_f32(&c->dout[0])[i];
                if (j->batch)
                    g -= (plain + z * times_z) / n;
                nnp_f32(&c->din[0])[i] = (float)(a * g);
            }
    }
}

static int over_channels(nnp_ctx *c, const struct batchnorm *s, nnp_body *body)
{
    const nnp_tensor *x = &c->in[0];
    struct job        j = { .c = c,
                            .rows = (size_t)x->shape[0],
                            .channels = (size_t)x->shape[1],
                            .inner = 1,
                            .momentum = s->momentum,
                            .eps = s->eps,
                            .batch = (c->flags & NNP_TRAIN) != 0 };

    for (int32_t i = 2; i < x->ndim; i++)
        j.inner *= (size_t)x->shape[i];
    return c->host->parallel(c, j.channels, 1 + NNP_GRAIN / (j.rows * j.inner + 1), body,
                             &j);
}

static int forward(nnp_ctx *c, void *self)
{
    return over_channels(c, self, forward_part);
}

static int backward(nnp_ctx *c, void *self)
{
    return over_channels(c, self, backward_part);
}

/* clang-format off */
static const nnp_component batchnorm = {
    NNP_COMPONENT("layer", "batchnorm"),
    .doc = "each channel with mean 0 and variance 1 over the batch",
    .flags = NNP_FREE_OUT | NNP_MIXES,
    .self_size = sizeof(struct batchnorm), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(batchnorm, "1.0", "MIT", "https://example.org/nnpipe", &batchnorm)
