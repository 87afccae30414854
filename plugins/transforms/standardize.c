/* SPDX-License-Identifier: MIT */
/*
 * standardize: (x - mean) / standard deviation, both learnt from the training rows; for
 * every column of a table and every channel of an image by itself, or with `per: all`
 * once for everything. What is constant becomes 0.
 *
 * Mean and sum of squared differences are updated value by value in f64, which loses no
 * digits when the mean is large: Welford (1962), "Note on a method for calculating
 * corrected sums of squares and products". The deviation divides by n.
 */
#include <math.h>
#include <string.h>

#include <nnpipe/data.h>

struct standardize {
    int32_t per;
};

enum { FEATURE, ALL };
enum { MEAN, SQUARES, COUNT }; /* states */

static const nnp_param params[] = {
    { "per", NNP_ENUM | NNP_MAIN, offsetof(struct standardize, per), "feature",
      "feature|all", "for each column or channel by itself, or for all together", NULL },
};

/* Axis 1 are the columns of a table, the channels of an image. */
static int64_t groups(const nnp_ctx *c, const struct standardize *s)
{
    int one = s->per == ALL || c->in[0].ndim < 2 || c->in[0].shape[1] < 1;

    return one ? 1 : c->in[0].shape[1];
}

static int setup(nnp_ctx *c, void *self)
{
    const struct standardize *s = self;
    const nnp_tensor         *x = &c->in[0];
    int64_t                   n = groups(c, s);
    int                       rc =
        c->host->declare(c, NNP_OUT, "y", NNP_F32, (uint32_t)x->ndim, x->shape, NULL);

    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "mean", NNP_F64, 1, &n, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "squares", NNP_F64, 1, &n, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "count", NNP_F64, 1, &n, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int fit(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    double           *mean = c->state[MEAN].data, *squares = c->state[SQUARES].data;
    double           *count = c->state[COUNT].data;
    size_t            row = nnp_row(x), run = row / (size_t)groups(c, self);

    for (size_t i = 0, n = nnp_count(x); i < n; i++) {
        size_t g = i % row / run;
        double v = nnp_number(x, i), away = v - mean[g];

        count[g]++;
        mean[g] += away / count[g];
        squares[g] += away * (v - mean[g]);
    }
    return NNP_OK;
}

static double factor(const nnp_ctx *c, size_t g)
{
    const double *squares = c->state[SQUARES].data, *count = c->state[COUNT].data;

    return squares[g] > 0 && count[g] > 0 ? 1 / sqrt(squares[g] / count[g]) : 0;
}

static int forward(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    const double     *mean = c->state[MEAN].data;
    size_t            n = (size_t)groups(c, self), row = nnp_row(x), run = row / n;

    for (size_t g = 0; g < n; g++) {
        double a = factor(c, g), m = mean[g];

        for (size_t at = g * run, total = nnp_count(x); at < total; at += row)
            for (size_t i = at; i < at + run; i++)
                nnp_f32(&c->out[0])[i] = (float)(a * (nnp_number(x, i) - m));
    }
    return NNP_OK;
}

/* What is constant comes back as that constant. */
static void inverse(const nnp_ctx *c, const void *self, float *y, size_t rows)
{
    const double *mean = c->state[MEAN].data;
    size_t        n = (size_t)groups(c, self), row = nnp_row(&c->in[0]), run = row / n;

    for (size_t i = 0; i < rows * row; i++) {
        size_t g = i % row / run;
        double a = factor(c, g);

        y[i] = (float)(a > 0 ? (double)y[i] / a + mean[g] : mean[g]);
    }
}

static const void *extension(const char *id)
{
    nnp_inverse_fn *back = inverse;

    return strcmp(id, "nnp.inverse/1") == 0 ? (const void *)back : NULL;
}

static int backward(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    size_t            n = (size_t)groups(c, self), row = nnp_row(x), run = row / n;

    for (size_t g = 0; c->din[0].data && g < n; g++) {
        float a = (float)factor(c, g);

        for (size_t at = g * run, total = nnp_count(x); at < total; at += row)
            for (size_t i = at; i < at + run; i++)
                nnp_f32(&c->din[0])[i] = a * nnp_f32(&c->dout[0])[i];
    }
    return NNP_OK;
}

static const nnp_component standardize = {
    NNP_COMPONENT("transform", "standardize"),
    .doc = "mean 0 and standard deviation 1, as learnt from the training rows",
    .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE_BWD,
    .self_size = sizeof(struct standardize),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
    .fit = fit,
    .extension = extension,
};

NNP_PLUGIN(standardize, NNP_OURS, &standardize)
