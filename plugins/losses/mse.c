/* SPDX-License-Identifier: MIT */
/*
 * mse: mean squared error, L = mean (x - t)^2 over the elements of a row.
 *
 * With a mask m the mean is weighted, L = sum m (x - t)^2 / sum m, and a row without any
 * weight has loss 0. dL/dx = 2 m (x - t) / sum m.
 */
#include <stdio.h>

#include <nnpipe/plugin.h>

/* Elements that are looked at together. */
enum { BLOCK = 256 };

/* The elements i..i+n of a row as floats: in place, or in buf if they are of another type
 * or the row is shorter and repeats: a mask (rows,1,H,W) for (rows,C,H,W). */
static const float *block(const nnp_tensor *t, size_t row, size_t i, size_t n, float *buf)
{
    size_t d = nnp_row(t);

    if (nnp_type(t) == NNP_F32 && i + n <= d)
        return nnp_f32(t) + row * d + i;
    for (size_t k = 0; k < n; k++)
        buf[k] = (float)nnp_number(t, row * d + (i + k) % d);
    return buf;
}

static double row_weight(const nnp_ctx *c, size_t row)
{
    size_t d = nnp_row(&c->in[0]), m = c->n_in > 2 ? nnp_row(&c->in[2]) : 0;
    double sum = 0;

    for (size_t i = 0; i < m; i++)
        sum += nnp_number(&c->in[2], row * m + i);
    return m ? sum * (double)(d / m) : (double)d;
}

static inline float value(float x, float t)
{
    return (x - t) * (x - t);
}

static inline float slope(float x, float t)
{
    return 2 * (x - t);
}

/* Whether a mask has the axes of x, or all but the first ones after the rows. */
static int covers(const nnp_tensor *mask, const nnp_tensor *x)
{
    int32_t i = mask->ndim - 1, j = x->ndim - 1;

    if (mask->ndim < 1 || mask->shape[0] != x->shape[0])
        return 0;
    for (; i > 0 && j > 0 && mask->shape[i] == x->shape[j]; i--)
        j--;
    while (i > 0 && mask->shape[i] == 1)
        i--;
    return i == 0 || nnp_row(mask) == nnp_row(x);
}

static int fit_shapes(nnp_ctx *c)
{
    const nnp_tensor *x = &c->in[0], *t = &c->in[1];
    char              text[128];

    if (nnp_type(x) != NNP_F32 || x->ndim < 1)
        return c->host->fail(c, NNP_ENOTSUP, "the prediction must be rows of f32");
    if (t->ndim < 1 || t->shape[0] != x->shape[0] || nnp_row(t) != nnp_row(x)) {
        snprintf(
            text, sizeof text,
            "the prediction has %zu numbers a row, the target %zu: as many are needed",
            nnp_row(x), nnp_row(t));
        return c->host->fail(c, NNP_EINVAL, text);
    }
    if (c->n_in > 2 && !covers(&c->in[2], x))
        return c->host->fail(c, NNP_EINVAL,
                             "the mask has other axes than the prediction");
    return NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    int rc = fit_shapes(c);

    (void)self;
    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "loss", NNP_F32, 1, c->in[0].shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static void rows_forward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    nnp_ctx *c = arg;
    size_t   d = nnp_row(&c->in[0]);
    float    tbuf[BLOCK], mbuf[BLOCK], loss[BLOCK];

    (void)worker;
    for (size_t r = begin; r < end; r++) {
        double sum = 0, weight = row_weight(c, r);

        for (size_t i = 0; i < d; i += BLOCK) {
            size_t       n = d - i < BLOCK ? d - i : BLOCK;
            const float *x = nnp_f32(&c->in[0]) + r * d + i;
            const float *t = block(&c->in[1], r, i, n, tbuf);
            const float *m = c->n_in > 2 ? block(&c->in[2], r, i, n, mbuf) : NULL;

            for (size_t k = 0; k < n; k++)
                loss[k] = value(x[k], t[k]) * (m ? m[k] : 1);
            for (size_t k = 0; k < n; k++)
                sum += (double)loss[k];
        }
        nnp_f32(&c->out[0])[r] = weight > 0 ? (float)(sum / weight) : 0;
    }
}

static void rows_backward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    nnp_ctx *c = arg;
    size_t   d = nnp_row(&c->in[0]);
    float    tbuf[BLOCK], mbuf[BLOCK];

    (void)worker;
    for (size_t r = begin; r < end; r++) {
        double weight = row_weight(c, r), dout = (double)nnp_f32(&c->dout[0])[r];
        float  scale = weight > 0 ? (float)(dout / weight) : 0;

        for (size_t i = 0; i < d; i += BLOCK) {
            size_t       n = d - i < BLOCK ? d - i : BLOCK;
            const float *x = nnp_f32(&c->in[0]) + r * d + i;
            const float *t = block(&c->in[1], r, i, n, tbuf);
            const float *m = c->n_in > 2 ? block(&c->in[2], r, i, n, mbuf) : NULL;
            float       *dx = nnp_f32(&c->din[0]) + r * d + i;

            for (size_t k = 0; k < n; k++)
                dx[k] = scale * slope(x[k], t[k]) * (m ? m[k] : 1);
        }
    }
}

static int over_rows(nnp_ctx *c, nnp_body *body)
{
    size_t grain = 1 + 16384 / (nnp_row(&c->in[0]) + 1);

    return c->host->parallel(c, (size_t)c->in[0].shape[0], grain, body, c);
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return over_rows(c, rows_forward);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    return c->din[0].data ? over_rows(c, rows_backward) : NNP_OK;
}

/* clang-format off */
static const nnp_component mse = {
    NNP_COMPONENT("loss", "mse"), .doc = "mean squared error, (x - t)^2",
    .flags = NNP_REENTRANT | NNP_FREE_OUT, .min_in = 2, .max_in = 3,
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(mse, "1.0", "MIT", "https://example.org/nnpipe", &mse)
