/* SPDX-License-Identifier: MIT */
/*
 * huber: squared near the target, absolute far from it, mean over the elements of a row:
 * L = e^2 / 2 where |e| <= delta, delta (|e| - delta / 2) elsewhere, e = x - t.
 *
 * Huber (1964), "Robust estimation of a location parameter". The slope, e limited to
 * -delta..delta, is continuous. With a mask the mean is weighted, as in mse.
 */
#include <math.h>
#include <stdio.h>

#include <nnpipe/plugin.h>

struct huber {
    double delta;
};

static const nnp_param params[] = {
    { "delta", NNP_REAL | NNP_MAIN, offsetof(struct huber, delta), "1", "(0,inf)",
      "error from which the loss grows linearly", NULL },
};

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

static inline float value(float x, float t, float delta)
{
    float e = fabsf(x - t);

    return e <= delta ? e * e / 2 : delta * (e - delta / 2);
}

static inline float slope(float x, float t, float delta)
{
    float e = x - t;

    return e > delta ? delta : e < -delta ? -delta : e;
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

struct job {
    nnp_ctx            *c;
    const struct huber *self;
};

static void rows_forward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;
    size_t            d = nnp_row(&c->in[0]);
    float             delta = (float)j->self->delta;
    float             tbuf[BLOCK], mbuf[BLOCK], loss[BLOCK];

    (void)worker;
    for (size_t r = begin; r < end; r++) {
        double sum = 0, weight = row_weight(c, r);

        for (size_t i = 0; i < d; i += BLOCK) {
            size_t       n = d - i < BLOCK ? d - i : BLOCK;
            const float *x = nnp_f32(&c->in[0]) + r * d + i;
            const float *t = block(&c->in[1], r, i, n, tbuf);
            const float *m = c->n_in > 2 ? block(&c->in[2], r, i, n, mbuf) : NULL;

            for (size_t k = 0; k < n; k++)
                loss[k] = value(x[k], t[k], delta) * (m ? m[k] : 1);
            for (size_t k = 0; k < n; k++)
                sum += (double)loss[k];
        }
        nnp_f32(&c->out[0])[r] = weight > 0 ? (float)(sum / weight) : 0;
    }
}

static void rows_backward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;
    size_t            d = nnp_row(&c->in[0]);
    float             delta = (float)j->self->delta;
    float             tbuf[BLOCK], mbuf[BLOCK];

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
                dx[k] = scale * slope(x[k], t[k], delta) * (m ? m[k] : 1);
        }
    }
}

static int over_rows(nnp_ctx *c, const struct huber *self, nnp_body *body)
{
    struct job j = { c, self };
    size_t     grain = 1 + 16384 / (nnp_row(&c->in[0]) + 1);

    return c->host->parallel(c, (size_t)c->in[0].shape[0], grain, body, &j);
}

static int forward(nnp_ctx *c, void *self)
{
    return over_rows(c, self, rows_forward);
}

static int backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? over_rows(c, self, rows_backward) : NNP_OK;
}

/* clang-format off */
static const nnp_component huber = {
    NNP_COMPONENT("loss", "huber"), .doc = "squared error near the target, absolute far from it",
    .flags = NNP_REENTRANT | NNP_FREE_OUT, .min_in = 2, .max_in = 3,
    .self_size = sizeof(struct huber), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(huber, "1.0", "MIT", "https://example.org/nnpipe", &huber)
