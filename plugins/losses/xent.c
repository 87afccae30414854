/* SPDX-License-Identifier: MIT */
/*
 * xent: cross-entropy of the classes on the last axis, one value per row, or per token of
 * a prediction (rows, tokens, classes): L = - sum_j t_j log p_j.
 *
 * The target is a class number per row or token, or a weight for every class in the shape
 * of the prediction (one-hot, or soft). Label smoothing e takes (1 - e) t + e / classes
 * instead of t: Szegedy et al. (2016), "Rethinking the Inception architecture".
 *
 * A mask has one number m per row or token. Every token's loss is then m L tokens / sum m
 * of its row, so that the mean over the row is weighted, and a row without any weight has
 * loss 0. What is masked out needs no class.
 *
 * On logits x, log p_j = x_j - max - log sum e^(x - max), which cannot overflow, and
 * dL/dx = p sum(t) - t. The output "prediction" is p = softmax(x).
 * On probabilities no logarithm is below -100, and dL/dp = -t / p takes p as at least
 * 1e-12.
 */
#include <math.h>
#include <string.h>

#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct xent {
    double  label_smoothing;
    int32_t from;
};

enum { LOGITS, PROBABILITIES };

/* Classes that are looked at together. */
enum { BLOCK = 64 };

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
    const float       *weight;  /* of each row or token; NULL: 1 */
};

static struct job measure(nnp_ctx *c, const struct xent *self)
{
    const nnp_tensor *x = &c->in[0];
    size_t            k = (size_t)x->shape[x->ndim - 1], n = 1;

    for (int32_t i = 0; i < x->ndim - 1; i++)
        n *= (size_t)x->shape[i];
    return (struct job){ c, self, n, k, nnp_count(&c->in[1]) != n * k, NULL };
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

/* One number per row, or per token of it. */
static int mask_fits(const nnp_tensor *m, const nnp_tensor *x)
{
    size_t tokens = nnp_row(x) / (size_t)x->shape[x->ndim - 1];

    return m->ndim >= 1 && m->shape[0] == x->shape[0] &&
           (nnp_row(m) == 1 || nnp_row(m) == tokens);
}

static int setup(nnp_ctx *c, void *self)
{
    const struct xent *s = self;
    const nnp_tensor  *x = &c->in[0];
    int                rc;

    if (nnp_type(x) != NNP_F32 || x->ndim < 2)
        return nnp_fail(c, NNP_ENOTSUP, "the prediction must be f32 rows of classes");
    if (x->shape[x->ndim - 1] < 2)
        return nnp_fail(
            c, NNP_EINVAL,
            "a single column has no classes to choose from: bce is for yes or "
            "no in one; $data.classes is 1 where the data have one class alone");
    if (!fits(&c->in[1], x))
        return nnp_fail(c, NNP_EINVAL,
                        "the target must be a class number per row or token, or have "
                        "the shape of the prediction");
    if (c->n_in > 2 && !mask_fits(&c->in[2], x))
        return nnp_fail(c, NNP_EINVAL, "the mask must be one number per row or token");
    rc = c->host->declare(c, NNP_OUT, "loss", NNP_F32, (uint32_t)x->ndim - 1, x->shape,
                          NULL);
    if (rc >= 0 && s->from == LOGITS)
        rc = nnp_like(c, NNP_OUT, "prediction", x);
    if (rc >= 0 && c->n_in > 2)
        rc = c->host->declare(c, NNP_SCRATCH, "weight", NNP_F32, (uint32_t)x->ndim - 1,
                              x->shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* m tokens / sum m for each row or token. */
static void weigh(struct job *b)
{
    const nnp_tensor *m = &b->c->in[2];
    float            *w = b->c->n_in > 2 && m->data ? nnp_f32(&b->c->scratch[0]) : NULL;
    size_t rows = (size_t)b->c->in[0].shape[0], tokens = rows ? b->n / rows : 0;

    for (size_t r = 0; w && r < rows; r++) {
        double sum = 0;

        for (size_t i = 0; i < tokens; i++)
            sum += nnp_number(m, r * nnp_row(m) + i % nnp_row(m));
        for (size_t i = 0; i < tokens; i++) {
            double v = nnp_number(m, r * nnp_row(m) + i % nnp_row(m));

            w[r * tokens + i] = sum > 0 ? (float)(v * (double)tokens / sum) : 0;
        }
    }
    b->weight = w;
}

/* What the log-probabilities of a row are taken from. */
struct row {
    const float *x;
    double       max, log_sum; /* on logits: log p_j = x_j - max - log_sum */
};

/* e^(x - max) into e, which may be NULL, and their sum. */
static inline double exps(const float *x, size_t k, float max, float *e)
{
    float  buf[BLOCK];
    double sum = 0;

    for (size_t j = 0; j < k; j += BLOCK) {
        size_t n = k - j < BLOCK ? k - j : BLOCK;
        float *to = e ? e + j : buf;

        NNP_LANES
        for (size_t i = 0; i < n; i++)
            to[i] = nnp_expf(x[j + i] - max);
        for (size_t i = 0; i < n; i++)
            sum += (double)to[i];
    }
    return sum;
}

static inline float largest(const float *x, size_t k)
{
    float max = x[0];

    for (size_t j = 1; j < k; j++)
        max = x[j] > max ? x[j] : max;
    return max;
}

static inline double log_p(const struct job *b, const struct row *r, size_t j)
{
    double p = (double)r->x[j];

    if (b->self->from == LOGITS)
        return p - r->max - r->log_sum;
    p = log(p);
    return p < -100 ? -100 : p;
}

static double loss_of(const struct job *b, const struct row *r, size_t i)
{
    const nnp_tensor *t = &b->c->in[1];
    double            e = b->self->label_smoothing, loss = 0, spread = 0;

    if (b->numbers)
        loss = -log_p(b, r, (size_t)nnp_number(t, i));
    for (size_t j = 0; !b->numbers && j < b->k; j++) {
        double w = nnp_number(t, i * b->k + j);

        loss -= w != 0 ? w * log_p(b, r, j) : 0; /* 0 log 0 is 0 */
    }
    for (size_t j = 0; e > 0 && j < b->k; j++)
        spread -= log_p(b, r, j);
    return (1 - e) * loss + e * spread / (double)b->k;
}

static void put_loss(const struct job *b, const struct row *r, size_t i)
{
    float *loss = nnp_f32(&b->c->out[0]) + i;

    if (b->weight && b->weight[i] == 0)
        *loss = 0;
    else
        *loss = (float)loss_of(b, r, i) * (b->weight ? b->weight[i] : 1);
}

/* Both outputs, as far as they are wanted. */
NNP_HOT static void rows_forward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *b = arg;
    nnp_ctx          *c = b->c;
    float            *all = c->n_out > 1 ? nnp_f32(&c->out[1]) : NULL;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        struct row r = { nnp_f32(&c->in[0]) + i * b->k, 0, 0 };
        float     *p = all ? all + i * b->k : NULL, max = largest(r.x, b->k);
        double     sum = b->self->from == LOGITS ? exps(r.x, b->k, max, p) : 1;

        r.max = (double)max;
        r.log_sum = log(sum);
        for (size_t j = 0; p && j < b->k; j++)
            p[j] *= (float)(1 / sum);
        if (c->in[1].data)
            put_loss(b, &r, i);
    }
}

static inline float dout_of(const struct job *b, size_t i)
{
    return nnp_f32(&b->c->dout[0])[i] * (b->weight ? b->weight[i] : 1);
}

/* dL/dx = p sum(t) - t, t smoothed; dx holds e^(x - max) meanwhile. */
static inline void row_backward(const struct job *b, size_t i, struct row *r, float *dx)
{
    const nnp_tensor *t = &b->c->in[1];
    float             e = (float)b->self->label_smoothing, flat = e / (float)b->k;
    float             dout = dout_of(b, i), scale;
    float             max = largest(r->x, b->k);
    double            sum = exps(r->x, b->k, max, dx), weight = b->numbers;

    r->max = (double)max;
    r->log_sum = log(sum);
    for (size_t j = 0; !b->numbers && j < b->k; j++)
        weight += nnp_number(t, i * b->k + j);
    scale = (float)(((1 - (double)e) * weight + (double)e) / sum);
    for (size_t j = 0; j < b->k; j++)
        dx[j] = dout * (scale * dx[j] - flat);
    if (b->numbers)
        dx[(size_t)nnp_number(t, i)] -= dout * (1 - e);
    for (size_t j = 0; !b->numbers && j < b->k; j++)
        dx[j] -= dout * (1 - e) * (float)nnp_number(t, i * b->k + j);
}

/* dL/dp = -t / p, t smoothed. */
static inline void row_backward_p(const struct job *b, size_t i, const float *p,
                                  float *dp)
{
    const nnp_tensor *t = &b->c->in[1];
    double            e = b->self->label_smoothing;
    float             dout = dout_of(b, i);

    for (size_t j = 0; j < b->k; j++) {
        double w =
            b->numbers ? nnp_number(t, i) == (double)j : nnp_number(t, i * b->k + j);

        dp[j] = -dout * (float)((1 - e) * w + e / (double)b->k) /
                (p[j] < 1e-12f ? 1e-12f : p[j]);
    }
}

NNP_HOT static void rows_backward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *b = arg;
    const float      *x = nnp_f32(&b->c->in[0]);
    float            *dx = nnp_f32(&b->c->din[0]);

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        struct row r = { x + i * b->k, 0, 0 };
        float     *to = dx + i * b->k;

        if (b->weight && b->weight[i] == 0)
            memset(to, 0, b->k * sizeof *to);
        else if (b->self->from == LOGITS)
            row_backward(b, i, &r, to);
        else
            row_backward_p(b, i, r.x, to);
        put_loss(b, &r, i);
    }
}

static int over_rows(struct job *b, nnp_body *body)
{
    return b->c->host->parallel(b->c, b->n, 1 + NNP_GRAIN / (4 * b->k), body, b);
}

/* A class number that is none would be a row without a target. */
static int check_targets(const struct job *b)
{
    size_t row = b->n / ((size_t)b->c->in[0].shape[0] + !b->n);

    for (size_t i = 0; i < b->n; i++) {
        double t = nnp_number(&b->c->in[1], i);

        if (b->weight && b->weight[i] == 0)
            continue;
        if (!(t >= 0 && t < (double)b->k) || t != floor(t))
            return nnp_fail(
                b->c, NNP_EIO,
                "row %zu of the batch has class %g; the prediction has 0..%zu", i / row,
                t, b->k - 1);
    }
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    struct job b = measure(c, self);
    int        rc = NNP_OK;

    weigh(&b);
    if (b.numbers && c->in[1].data) /* none when only the prediction is wanted */
        rc = check_targets(&b);
    return rc ? rc : over_rows(&b, rows_forward);
}

/* The losses in the same sweep. */
static int backward(nnp_ctx *c, void *self)
{
    struct job b = measure(c, self);
    int        rc = NNP_OK;

    weigh(&b);
    if (b.numbers)
        rc = check_targets(&b);
    return rc ? rc : over_rows(&b, c->din[0].data ? rows_backward : rows_forward);
}

static const nnp_formula of_probabilities = {
    .size = sizeof of_probabilities,
    .forward = "L = -sum_j(t_j log(x_j))",
    .backward = "d(L, x_j) = -t_j / x_j",
};

static const nnp_formula *choose(const nnp_ctx *c, const void *self)
{
    const struct xent *s = self;

    (void)c;
    return s->from == PROBABILITIES ? &of_probabilities : NULL;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "p_j = e^x_j / sum_i(e^x_i); L = -sum_j(t_j log(p_j))",
    .backward = "d(L, x_j) = p_j - t_j",
    .choose = choose,
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component xent = {
    NNP_COMPONENT("loss", "xent"), .doc = "cross-entropy of classes on logits or probabilities",
    .flags = NNP_LOSS_IN_BACKWARD, .min_in = 2, .max_in = 3,
    .self_size = sizeof(struct xent), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(xent, NNP_OURS, &xent)
