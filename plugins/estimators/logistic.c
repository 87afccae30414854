/* SPDX-License-Identifier: MIT */
/*
 * logistic: weights and intercepts with the least C * sum of losses + penalty, where the
 * loss is minus the logarithm of the share of a row's class: a sigmoid tells two classes,
 * softmax more. The intercept is free.
 *
 * L-BFGS with ten pairs in f64 (Liu and Nocedal 1989, "On the limited memory BFGS
 * method"); with a part of l1 orthant-wise (Andrew and Gao 2007, "Scalable training of
 * L1-regularized log-linear models"). A pass over the rows is one evaluation of loss and
 * gradient, at the point that `weight` holds; between passes the point moves.
 */
#include <math.h>
#include <string.h>

#include <nnpipe/lbfgs.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>
#include <nnpipe/target.h>

struct logistic {
    double     C, l1_ratio, tol;
    int64_t    max_iter;
    int32_t    penalty, pad;
    nnp_target target;
    int64_t    k, width; /* rows of weights, numbers in one: the columns and a 1 */
};

enum { NONE, L1, L2, ELASTICNET };
enum { WEIGHT, NUMBERS, VECTORS, GRADIENT, LOSS, COUNT, SEEN }; /* states */
enum { SCORES, MOVES };                                         /* scratch */

static const nnp_param params[] = {
    { "C", NNP_REAL | NNP_MAIN, offsetof(struct logistic, C), "1", "(0,inf)",
      "a factor on the losses: the larger, the less the penalty counts", NULL },
    { "penalty", NNP_ENUM, offsetof(struct logistic, penalty), "l2",
      "none|l1|l2|elasticnet",
      "on the weights: half their squares, their absolute values, or both", NULL },
    { "l1_ratio", NNP_REAL, offsetof(struct logistic, l1_ratio), "0.5", "[0,1]",
      "how much of elasticnet is l1", NULL },
    { "tol", NNP_REAL, offsetof(struct logistic, tol), "1e-6", "(0,inf)",
      "ends where no number of the gradient is larger", NULL },
    { "max_iter", NNP_INT, offsetof(struct logistic, max_iter), "2000", "[1,1000000]",
      "most evaluations, which are passes over the rows", NULL },
};

static double l1_of(const struct logistic *s)
{
    return s->penalty == L1 ? 1 : s->penalty == ELASTICNET ? s->l1_ratio : 0;
}

static double l2_of(const struct logistic *s)
{
    return s->penalty == L2 ? 1 : s->penalty == ELASTICNET ? 1 - s->l1_ratio : 0;
}

static int setup(nnp_ctx *c, void *self)
{
    struct logistic *s = self;
    int              rc = nnp_target_setup(c, &s->target);
    int64_t          n = rc ? 0 : c->in[0].shape[0];

    s->k = s->target.classes == 2 ? 1 : s->target.classes;
    s->width = s->target.columns + 1;
    const nnp_wanted wanted[] = {
        { NNP_STATE, NNP_F64, "weight", 2, { s->k, s->width } },
        { NNP_STATE, NNP_F64, "numbers", 1, { NNP_LBFGS_NUMBERS } },
        { NNP_STATE | NNP_GROWS, NNP_F64, "vectors", 2, { 0, s->k * s->width } },
        { NNP_STATE | NNP_SUM, NNP_F64, "gradient", 2, { s->k, s->width } },
        { NNP_STATE | NNP_SUM, NNP_F64, "loss", 1, { 1 } },
        { NNP_STATE | NNP_SUM, NNP_F64, "count", 1, { s->target.classes } },
        { NNP_STATE | NNP_SUM, NNP_F64, "seen", 1, { 1 } },
        { NNP_SCRATCH, NNP_F64, "scores", 2, { n, s->target.classes } },
        { NNP_SCRATCH, NNP_F64, "moves", 2, { 2, s->k * s->width } },
    };
    return rc ? rc : nnp_declare_all(c, wanted, sizeof wanted / sizeof *wanted);
}

/* ---- a batch ---- */

NNP_HOT static double product(const double *w, const float *x, size_t d)
{
    double s[8] = { 0 };
    size_t i = 0;

    for (; i + 8 <= d; i += 8)
        for (size_t j = 0; j < 8; j++)
            s[j] += w[i + j] * (double)x[i + j];
    for (; i < d; i++)
        s[0] += w[i] * (double)x[i];
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

struct batch {
    nnp_ctx               *c;
    const struct logistic *s;
};

/* Shares of the classes of rows begin..end, in `scores`. Of two classes the first has the
 * score 0. */
static void put_shares(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct batch    *b = arg;
    const struct logistic *s = b->s;
    const double          *w = b->c->state[WEIGHT].data;
    size_t                 d = (size_t)s->target.columns, k = (size_t)s->target.classes;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        double *share = (double *)b->c->scratch[SCORES].data + i * k;
        share[0] = 0;
        for (size_t j = 0; j < (size_t)s->k; j++) {
            const double *of = w + j * (size_t)s->width;
            share[s->k == 1 ? 1 : j] =
                of[d] + product(of, nnp_f32(&b->c->in[0]) + i * d, d);
        }
    }
}

/* Columns begin..end of the gradient, each summed in the order of the rows. */
static void add_columns(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct batch    *b = arg;
    const struct logistic *s = b->s;
    size_t                 d = (size_t)s->target.columns, k = (size_t)s->target.classes;
    const double          *off = b->c->scratch[SCORES].data;
    double                *to = b->c->state[GRADIENT].data;

    (void)worker;
    for (size_t i = 0; i < (size_t)b->c->in[0].shape[0]; i++, off += k)
        for (size_t j = 0; j < (size_t)s->k; j++) {
            const float *x = nnp_f32(&b->c->in[0]) + i * d;
            double       by = off[s->k == 1 ? 1 : j];
            for (size_t m = begin; m < end; m++)
                to[j * (size_t)s->width + m] += by * (m < d ? (double)x[m] : 1);
        }
}

/* The loss of a row; its scores become what its shares are off. */
static double row_loss(double *score, int64_t classes, int64_t class_of)
{
    double own = score[class_of], most = own, sum = 0;

    for (int64_t k = 0; k < classes; k++)
        most = fmax(most, score[k]);
    for (int64_t k = 0; k < classes; k++)
        sum += exp(score[k] - most);
    nnp_target_softmax(score, classes);
    score[class_of] -= 1;
    return most - own + log(sum);
}

static int fit(nnp_ctx *c, void *self)
{
    const struct logistic *s = self;
    struct batch           b = { c, s };
    size_t                 n = (size_t)c->in[0].shape[0];
    double                *seen = c->state[SEEN].data, *count = c->state[COUNT].data;
    double                *loss = c->state[LOSS].data, *scores = c->scratch[SCORES].data;
    int                    rc = c->step ? NNP_OK : nnp_target_finite(c, *seen);

    rc = rc ? rc : c->host->parallel(c, n, 16, put_shares, &b);
    for (size_t i = 0; !rc && i < n; i++) {
        int64_t k = nnp_target_class(c, &s->target, i, *seen);
        if (k < 0)
            return (int)k;
        count[k]++;
        *loss += row_loss(scores + i * (size_t)s->target.classes, s->target.classes, k);
    }
    *seen += (double)n;
    return rc ? rc : c->host->parallel(c, (size_t)s->width, 64, add_columns, &b);
}

/* ---- between passes ---- */

static int is_intercept(const struct logistic *s, int64_t i)
{
    return i % s->width == s->width - 1;
}

/* C * losses + penalty at `weight`; the gradient is made that of its smooth part. */
static double objective(nnp_ctx *c, const struct logistic *s)
{
    const double *w = c->state[WEIGHT].data;
    double *g = c->state[GRADIENT].data, sum = s->C * *(double *)c->state[LOSS].data;

    for (int64_t i = 0; i < s->k * s->width; i++) {
        g[i] *= s->C;
        if (is_intercept(s, i))
            continue;
        g[i] += l2_of(s) * w[i];
        sum += l2_of(s) * w[i] * w[i] / 2 + l1_of(s) * fabs(w[i]);
    }
    return sum;
}

/* `weight` was just evaluated. */
static int finish(nnp_ctx *c, void *self)
{
    const struct logistic *s = self;
    double                *number = c->state[NUMBERS].data, value = objective(c, s);
    int rc = nnp_target_counted(c, c->state[COUNT].data, s->target.classes);

    if (!rc && !isfinite(value) && !c->step)
        rc = nnp_fail(c, NNP_EMATH, "the loss is not finite: try `standardize`");
    if (!rc && !c->step)
        rc = nnp_grow(c, VECTORS, NNP_LBFGS_VECTORS);
    if (rc)
        return rc;
    nnp_lbfgs l = { .n = s->k * s->width,
                    .x = c->state[WEIGHT].data,
                    .g = c->state[GRADIENT].data,
                    .vectors = c->state[VECTORS].data,
                    .numbers = number,
                    .work = c->scratch[MOVES].data,
                    .l1 = l1_of(s),
                    .every = s->width,
                    .tol = s->tol,
                    .most = s->max_iter };
    if (nnp_lbfgs_step(&l, value, (int64_t)c->step))
        return NNP_AGAIN;
    rc = nnp_grow(c, VECTORS, 0);
    rc = rc ? rc : c->host->report(c, "objective", number[NNP_LBFGS_VALUE]);
    rc = rc ? rc : c->host->report(c, "loss", *(double *)c->state[LOSS].data);
    return rc ? rc : c->host->report(c, "gradient", number[NNP_LBFGS_LEFT]);
}

/* ---- using ---- */

static int forward(nnp_ctx *c, void *self)
{
    const struct logistic *s = self;
    struct batch           b = { c, s };
    double                *share = c->scratch[SCORES].data;
    int rc = c->host->parallel(c, (size_t)c->in[0].shape[0], 64, put_shares, &b);

    for (size_t i = 0; !rc && i < (size_t)c->in[0].shape[0]; i++) {
        nnp_target_softmax(share + i * (size_t)s->target.classes, s->target.classes);
        nnp_target_put(c, &s->target, i, share + i * (size_t)s->target.classes);
    }
    return rc;
}

static int say(const nnp_ctx *c, const void *self, char *out, size_t room)
{
    static const char *const names[] = { "no penalty", "l1", "l2", "elasticnet" };
    const struct logistic   *s = self;
    const double            *w = c->state[WEIGHT].data, *number = c->state[NUMBERS].data;
    double                   squares = 0;
    int64_t                  zeros = 0;
    int                      met = !(number[NNP_LBFGS_LEFT] > s->tol);

    for (int64_t i = 0; i < s->k * s->width; i++)
        if (!is_intercept(s, i)) {
            squares += w[i] * w[i];
            zeros += w[i] == 0;
        }
    return snprintf(
        out, room, "%s, C %g; norm of the weights %.4f, %lld of %lld are 0%s",
        names[s->penalty], s->C, sqrt(squares), (long long)zeros,
        (long long)(s->k * (s->width - 1)),
        met ? ""
            : "; the gradient is above tol: try `standardize`, or a larger max_iter");
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.learned/1") == 0 ? (const void *)say : NULL;
}

static const nnp_component logistic = {
    NNP_COMPONENT("estimator", "logistic"),
    .doc = "logistic regression by L-BFGS",
    .min_in = 2,
    .max_in = 2,
    .ports = "x to",
    .self_size = sizeof(struct logistic),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
    .extension = extension,
};

NNP_PLUGIN(logistic, NNP_OURS, &logistic)
