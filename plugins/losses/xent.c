/* SPDX-License-Identifier: MIT */
/*
 * xent: cross-entropy of the classes on the last axis, one value per row, or per token of
 * a prediction (rows, tokens, classes): L = - sum_j t_j log p_j.
 *
 * The target is a class number per row or token, or a weight for every class in the shape
 * of the prediction (one-hot, or soft). Label smoothing e takes (1 - e) t + e / classes
 * instead of t: Szegedy et al. (2016), "Rethinking the Inception architecture".
 *
 * On logits x, log p_j = x_j - max - log sum e^(x - max), which cannot overflow, and
 * dL/dx = p sum(t) - t. The output "prediction" is p = softmax(x).
 * On probabilities no logarithm is below -100, and dL/dp = -t / p takes p as at least
 * 1e-12.
 */
#include <math.h>
#include <stdio.h>

#include <nnpipe/plugin.h>

struct xent {
    double  label_smoothing;
    int32_t from;
};

enum { LOGITS, PROBABILITIES };

static const nnp_param params[] = {
    { "label_smoothing", NNP_REAL, offsetof(struct xent, label_smoothing), "0", "[0,1)",
      "part of the target that is spread over all classes", NULL },
    { "from", NNP_ENUM | NNP_MAIN, offsetof(struct xent, from), "logits",
      "logits|probabilities", "what the model puts out", NULL },
};

/* What is predicted: `n` rows or tokens, `k` classes each. */
struct job {
    nnp_ctx           *c;
    const struct xent *self;
    size_t             n, k;
    int                numbers; /* the target holds class numbers */
};

static struct job measure(nnp_ctx *c, const struct xent *self)
{
    const nnp_tensor *x = &c->in[0];
    size_t            k = (size_t)x->shape[x->ndim - 1], n = 1;

    for (int32_t i = 0; i < x->ndim - 1; i++)
        n *= (size_t)x->shape[i];
    return (struct job){ c, self, n, k, nnp_count(&c->in[1]) != n * k };
}

/* The shape of the prediction, or without its last axis, which may be there with
 * length 1. */
static int fits(const nnp_tensor *t, const nnp_tensor *x)
{
    int32_t last = x->ndim - 1;

    if (t->ndim != x->ndim && t->ndim != last)
        return 0;
    for (int32_t i = 0; i < last; i++)
        if (t->shape[i] != x->shape[i])
            return 0;
    return t->ndim == last || t->shape[last] == x->shape[last] || t->shape[last] == 1;
}

static int setup(nnp_ctx *c, void *self)
{
    const struct xent *s = self;
    const nnp_tensor  *x = &c->in[0];
    int                rc;

    if (nnp_type(x) != NNP_F32 || x->ndim < 2)
        return c->host->fail(c, NNP_ENOTSUP,
                             "the prediction must be f32 rows of classes");
    if (x->shape[x->ndim - 1] < 2)
        return c->host->fail(
            c, NNP_EINVAL,
            "a single column has no classes to choose from: bce takes one");
    if (!fits(&c->in[1], x))
        return c->host->fail(
            c, NNP_EINVAL,
            "the target must be a class number per row or token, or have "
            "the shape of the prediction");
    rc = c->host->declare(c, NNP_OUT, "loss", NNP_F32, (uint32_t)x->ndim - 1, x->shape,
                          NULL);
    if (rc >= 0 && s->from == LOGITS)
        rc = nnp_like(c, NNP_OUT, "prediction", x);
    return rc < 0 ? rc : NNP_OK;
}

/* log p_j = x_j - max - log_sum. */
struct norm {
    float max, log_sum;
};

static struct norm normalize(const float *x, size_t k)
{
    struct norm n = { x[0], 0 };
    double      sum = 0;

    for (size_t j = 1; j < k; j++)
        n.max = x[j] > n.max ? x[j] : n.max;
    for (size_t j = 0; j < k; j++)
        sum += (double)expf(x[j] - n.max);
    n.log_sum = (float)log(sum);
    return n;
}

/* The smoothed target of class j in row or token i. */
static inline float wanted(const struct job *b, size_t i, size_t j)
{
    const nnp_tensor *t = &b->c->in[1];
    float             e = (float)b->self->label_smoothing;
    double one = b->numbers ? nnp_number(t, i) == (double)j : nnp_number(t, i * b->k + j);

    return (1 - e) * (float)one + e / (float)b->k;
}

static void rows_forward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *b = arg;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        const float *x = nnp_f32(&b->c->in[0]) + i * b->k;
        struct norm  n = { 0, 0 };
        double       sum = 0;

        if (b->self->from == LOGITS)
            n = normalize(x, b->k);
        for (size_t j = 0; j < b->k; j++) {
            float t = wanted(b, i, j), p = x[j];

            if (b->self->from == LOGITS)
                p = p - n.max - n.log_sum;
            else
                p = logf(p) < -100 ? -100 : logf(p);
            sum -= t != 0 ? (double)(t * p) : 0; /* 0 log 0 is 0 */
        }
        nnp_f32(&b->c->out[0])[i] = (float)sum;
    }
}

static void rows_predict(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *b = arg;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        const float *x = nnp_f32(&b->c->in[0]) + i * b->k;
        float       *p = nnp_f32(&b->c->out[1]) + i * b->k;
        struct norm  n = normalize(x, b->k);

        for (size_t j = 0; j < b->k; j++)
            p[j] = expf(x[j] - n.max - n.log_sum);
    }
}

static void rows_backward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *b = arg;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        const float *x = nnp_f32(&b->c->in[0]) + i * b->k;
        float       *dx = nnp_f32(&b->c->din[0]) + i * b->k;
        float        dout = nnp_f32(&b->c->dout[0])[i];
        struct norm  n = { 0, 0 };
        float        all = 0;

        if (b->self->from == LOGITS)
            n = normalize(x, b->k);
        for (size_t j = 0; j < b->k; j++)
            all += wanted(b, i, j);
        for (size_t j = 0; j < b->k; j++) {
            float t = wanted(b, i, j);

            if (b->self->from == LOGITS)
                dx[j] = dout * (all * expf(x[j] - n.max - n.log_sum) - t);
            else
                dx[j] = -dout * t / (x[j] < 1e-12f ? 1e-12f : x[j]);
        }
    }
}

static int over_rows(struct job *b, nnp_body *body)
{
    return b->c->host->parallel(b->c, b->n, 1 + 4096 / b->k, body, b);
}

/* A class number that is none would be a row without a target. */
static int check_targets(const struct job *b)
{
    char   text[128];
    size_t row = b->n / ((size_t)b->c->in[0].shape[0] + !b->n);

    for (size_t i = 0; i < b->n; i++) {
        double t = nnp_number(&b->c->in[1], i);

        if (!(t >= 0 && t < (double)b->k) || t != floor(t)) {
            snprintf(text, sizeof text,
                     "row %zu of the batch has class %g; the prediction has 0..%zu",
                     i / row, t, b->k - 1);
            return b->c->host->fail(b->c, NNP_EIO, text);
        }
    }
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    struct job b = measure(c, self);
    int        rc = NNP_OK;

    if (c->n_out > 1 && c->out[1].data)
        rc = over_rows(&b, rows_predict);
    if (rc || !c->in[1].data)
        return rc; /* there may be no target when only the prediction is wanted */
    if (b.numbers)
        rc = check_targets(&b);
    return rc ? rc : over_rows(&b, rows_forward);
}

static int backward(nnp_ctx *c, void *self)
{
    struct job b = measure(c, self);

    return c->din[0].data ? over_rows(&b, rows_backward) : NNP_OK;
}

/* clang-format off */
static const nnp_component xent = {
    NNP_COMPONENT("loss", "xent"), .doc = "cross-entropy of classes on logits or probabilities",
    .flags = NNP_REENTRANT | NNP_FREE_OUT, .min_in = 2, .max_in = 2,
    .self_size = sizeof(struct xent), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(xent, "1.0", "MIT", "https://example.org/nnpipe", &xent)
