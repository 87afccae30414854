/* SPDX-License-Identifier: MIT */
/*
 * bce: binary cross-entropy, L = -t log p - (1 - t) log(1 - p), mean over the elements of
 * a row; t is 0, 1 or a probability. With a mask the mean is weighted, as in mse.
 *
 * On logits x, p = 1 / (1 + e^-x) and L = max(x, 0) - t x + log(1 + e^-|x|), a form that
 * neither overflows nor loses digits; dL/dx = p - t. The output "prediction" is p.
 *
 * On probabilities no logarithm is below -100 and dL/dp = (p - t) / (p (1 - p)) takes its
 * divisor as at least 1e-12: a prediction that is certain and wrong stays finite.
 */
#include <math.h>
#include <stdio.h>

#include <nnpipe/plugin.h>

struct bce {
    int32_t from;
};

enum { LOGITS, PROBABILITIES };

static const nnp_param params[] = {
    { "from", NNP_ENUM | NNP_MAIN, offsetof(struct bce, from), "logits",
      "logits|probabilities", "what the model puts out", NULL },
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

static inline float sigmoid(float x)
{
    float e = expf(-fabsf(x));

    return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

/* Not fmaxf, which would hide a NaN. */
static inline float at_least(float x, float low)
{
    return x < low ? low : x;
}

static inline float value(int32_t from, float x, float t)
{
    if (from == LOGITS)
        return at_least(x, 0) - t * x + log1pf(expf(-fabsf(x)));
    return -t * at_least(logf(x), -100) - (1 - t) * at_least(log1pf(-x), -100);
}

static inline float slope(int32_t from, float x, float t)
{
    if (from == LOGITS)
        return sigmoid(x) - t;
    return (x - t) / at_least(x * (1 - x), 1e-12f);
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
    const struct bce *s = self;
    int               rc = fit_shapes(c);

    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "loss", NNP_F32, 1, c->in[0].shape, NULL);
    if (rc >= 0 && s->from == LOGITS)
        rc = nnp_like(c, NNP_OUT, "prediction", &c->in[0]);
    return rc < 0 ? rc : NNP_OK;
}

struct job {
    nnp_ctx          *c;
    const struct bce *self;
};

static void rows_forward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;
    size_t            d = nnp_row(&c->in[0]);
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
                loss[k] = value(j->self->from, x[k], t[k]) * (m ? m[k] : 1);
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
                dx[k] = scale * slope(j->self->from, x[k], t[k]) * (m ? m[k] : 1);
        }
    }
}

static int over_rows(nnp_ctx *c, const struct bce *self, nnp_body *body)
{
    struct job j = { c, self };
    size_t     grain = 1 + 16384 / (nnp_row(&c->in[0]) + 1);

    return c->host->parallel(c, (size_t)c->in[0].shape[0], grain, body, &j);
}

static void rows_predict(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const float      *x = nnp_f32(&j->c->in[0]);
    float            *p = nnp_f32(&j->c->out[1]);
    size_t            d = nnp_row(&j->c->in[0]);

    (void)worker;
    for (size_t i = begin * d; i < end * d; i++)
        p[i] = sigmoid(x[i]);
}

/* Class numbers, or data scaled to -1..1, would give a loss without a lower bound. The
 * slack is for targets that were blurred or interpolated. */
static int check_targets(nnp_ctx *c)
{
    char text[96];

    for (size_t i = 0, n = nnp_count(&c->in[1]); i < n; i++) {
        double t = nnp_number(&c->in[1], i);

        if (t < -1e-4 || t > 1 + 1e-4) {
            snprintf(text, sizeof text,
                     "row %zu of the batch has target %g, outside 0..1",
                     i / nnp_row(&c->in[1]), t);
            return c->host->fail(c, NNP_EIO, text);
        }
    }
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    int rc = NNP_OK;

    if (c->n_out > 1 && c->out[1].data)
        rc = over_rows(c, self, rows_predict);
    if (rc || !c->in[1].data)
        return rc; /* there may be no target when only the prediction is wanted */
    rc = check_targets(c);
    return rc ? rc : over_rows(c, self, rows_forward);
}

static int backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? over_rows(c, self, rows_backward) : NNP_OK;
}

/* clang-format off */
static const nnp_component bce = {
    NNP_COMPONENT("loss", "bce"), .doc = "binary cross-entropy on logits or probabilities",
    .flags = NNP_REENTRANT | NNP_FREE_OUT, .min_in = 2, .max_in = 3,
    .self_size = sizeof(struct bce), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(bce, "1.0", "MIT", "https://example.org/nnpipe", &bce)
