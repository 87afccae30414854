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

#include <nnpipe/math.h>
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

/* Not fmaxf, which would hide a NaN. */
static inline float at_least(float x, float low)
{
    return x < low ? low : x;
}

static inline void values(int32_t from, const float *x, const float *t, float *loss,
                          size_t n)
{
    if (from == LOGITS) {
        NNP_LANES
        for (size_t k = 0; k < n; k++)
            loss[k] =
                nnp_pickf(x[k] > 0, x[k], 0) - t[k] * x[k] + nnp_softplusf(-fabsf(x[k]));
        return;
    }
    for (size_t k = 0; k < n; k++)
        loss[k] = -t[k] * at_least(logf(x[k]), -100) -
                  (1 - t[k]) * at_least(log1pf(-x[k]), -100);
}

static inline void slopes(int32_t from, const float *x, const float *t, float *dx,
                          size_t n)
{
    if (from == LOGITS) {
        NNP_LANES
        for (size_t k = 0; k < n; k++)
            dx[k] = nnp_sigmoidf(x[k]) - t[k];
        return;
    }
    for (size_t k = 0; k < n; k++)
        dx[k] = (x[k] - t[k]) / at_least(x[k] * (1 - x[k]), 1e-12f);
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
    int               wrong; /* a target outside 0..1 was seen; set by any worker */
};

/* Class numbers, or data scaled to -1..1, would give a loss without a lower bound. The
 * slack is for targets that were blurred or interpolated. */
static inline int is_wrong(float t)
{
    return (t < -1e-4f) | (t > 1 + 1e-4f);
}

NNP_HOT static void rows_forward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct job *j = arg;
    nnp_ctx    *c = j->c;
    size_t      d = nnp_row(&c->in[0]);
    float       tbuf[BLOCK], mbuf[BLOCK], loss[BLOCK];
    int         wrong = 0;

    (void)worker;
    for (size_t r = begin; r < end; r++) {
        double sum = 0, weight = row_weight(c, r);

        for (size_t i = 0; i < d; i += BLOCK) {
            size_t       n = d - i < BLOCK ? d - i : BLOCK;
            const float *t = block(&c->in[1], r, i, n, tbuf);
            const float *m = c->n_in > 2 ? block(&c->in[2], r, i, n, mbuf) : NULL;

            values(j->self->from, nnp_f32(&c->in[0]) + r * d + i, t, loss, n);
            for (size_t k = 0; k < n; k++)
                wrong |= is_wrong(t[k]);
            for (size_t k = 0; k < n; k++)
                sum += (double)(m ? m[k] * loss[k] : loss[k]);
        }
        nnp_f32(&c->out[0])[r] = weight > 0 ? (float)(sum / weight) : 0;
    }
    if (wrong)
        __atomic_store_n(&j->wrong, 1, __ATOMIC_RELAXED);
}

NNP_HOT static void rows_backward(void *arg, size_t begin, size_t end, uint32_t worker)
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
            const float *t = block(&c->in[1], r, i, n, tbuf);
            const float *m = c->n_in > 2 ? block(&c->in[2], r, i, n, mbuf) : NULL;
            float       *dx = nnp_f32(&c->din[0]) + r * d + i;

            slopes(j->self->from, nnp_f32(&c->in[0]) + r * d + i, t, dx, n);
            for (size_t k = 0; k < n; k++)
                dx[k] *= m ? scale * m[k] : scale;
        }
    }
}

NNP_HOT static void rows_predict(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const float      *x = nnp_f32(&j->c->in[0]);
    float            *p = nnp_f32(&j->c->out[1]);
    size_t            d = nnp_row(&j->c->in[0]);

    (void)worker;
    NNP_LANES
    for (size_t i = begin * d; i < end * d; i++)
        p[i] = nnp_sigmoidf(x[i]);
}

static int over_rows(struct job *j, nnp_body *body)
{
    nnp_ctx *c = j->c;
    size_t   grain = 1 + NNP_GRAIN / (nnp_row(&c->in[0]) + 1);

    return c->host->parallel(c, (size_t)c->in[0].shape[0], grain, body, j);
}

/* Names the first of the wrong targets, whoever saw one. */
static int refuse_target(nnp_ctx *c)
{
    size_t i = 0;
    char   text[96];

    while (!is_wrong((float)nnp_number(&c->in[1], i)))
        i++;
    snprintf(text, sizeof text, "row %zu of the batch has target %g, outside 0..1",
             i / nnp_row(&c->in[1]), nnp_number(&c->in[1], i));
    return c->host->fail(c, NNP_EIO, text);
}

static int forward(nnp_ctx *c, void *self)
{
    struct job j = { c, self, 0 };
    int        rc = NNP_OK;

    if (c->n_out > 1 && c->out[1].data)
        rc = over_rows(&j, rows_predict);
    if (!rc &&
        c->in[1].data) /* there may be no target when only the prediction is wanted */
        rc = over_rows(&j, rows_forward);
    return !rc && j.wrong ? refuse_target(c) : rc;
}

static int backward(nnp_ctx *c, void *self)
{
    struct job j = { c, self, 0 };

    return c->din[0].data ? over_rows(&j, rows_backward) : NNP_OK;
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
