/* SPDX-License-Identifier: MIT */
/*
 * gaussian_nb: naive Bayes with a normal distribution for each class and column, as if
 * the columns knew nothing of each other. Shares of the classes, and as a second output
 * the logarithm of prior times density.
 *
 * One pass adds up the rows of each class, a second one the squares around their means:
 * sums of squares less the square of a sum would lose the small variances of columns that
 * lie far from zero. Chan, Golub, LeVeque (1983), "Algorithms for computing the sample
 * variance".
 */
#include <math.h>
#include <string.h>

#include <nnpipe/plugin.h>
#include <nnpipe/target.h>

struct gaussian_nb {
    double     var_smoothing;
    nnp_target target;
};

enum { MEAN, VARIANCE, PRIOR, COUNT, SUM, SEEN }; /* states */

static const nnp_param params[] = {
    { "var_smoothing", NNP_REAL | NNP_MAIN, offsetof(struct gaussian_nb, var_smoothing),
      "1e-9", "[0,inf)", "added to every variance: this part of the largest column's",
      NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    struct gaussian_nb *s = self;
    int                 rc = nnp_target_setup(c, &s->target);
    int64_t             k = s->target.classes, d = s->target.columns;
    const nnp_wanted    wanted[] = {
           { NNP_OUT, NNP_F32, "score", 2, { rc ? 0 : c->in[0].shape[0], k } },
           { NNP_STATE, NNP_F64, "mean", 2, { k, d } },
           { NNP_STATE, NNP_F64, "variance", 2, { k, d } },
           { NNP_STATE, NNP_F64, "prior", 1, { k } },
           { NNP_STATE | NNP_SUM, NNP_F64, "count", 1, { k } },
           { NNP_STATE | NNP_SUM, NNP_F64, "sum", 2, { k, d } },
           { NNP_STATE | NNP_SUM, NNP_F64, "seen", 1, { 1 } },
           { NNP_SCRATCH, NNP_F64, "share", 1, { k } },
    };

    return rc ? rc : nnp_declare_all(c, wanted, sizeof wanted / sizeof *wanted);
}

/* The first pass adds rows, the second one squares of what they are away from the mean.
 */
static int fit(nnp_ctx *c, void *self)
{
    const struct gaussian_nb *s = self;
    size_t  n = (size_t)c->in[0].shape[0], d = (size_t)s->target.columns;
    double *count = c->state[COUNT].data, *sum = c->state[SUM].data;
    double *seen = c->state[SEEN].data;
    int     rc = nnp_target_finite(c, *seen);

    for (size_t i = 0; !rc && i < n; i++) {
        int64_t k = nnp_target_class(c, &s->target, i, *seen);
        if (k < 0)
            return (int)k;
        const float  *x = nnp_f32(&c->in[0]) + i * d;
        const double *mean = (const double *)c->state[MEAN].data + (size_t)k * d;
        for (size_t j = 0; j < d; j++) {
            double v = (double)x[j];
            sum[(size_t)k * d + j] += c->step ? (v - mean[j]) * (v - mean[j]) : v;
        }
        count[k]++;
    }
    *seen += (double)n;
    return rc;
}

/* The largest variance of a column over the rows of all classes. */
static double largest(const nnp_ctx *c, const struct gaussian_nb *s)
{
    const double *count = c->state[COUNT].data, *sum = c->state[SUM].data;
    const double *mean = c->state[MEAN].data;
    int64_t       d = s->target.columns;
    double        most = 0;

    for (int64_t j = 0; j < d; j++) {
        double n = 0, middle = 0, spread = 0;
        for (int64_t k = 0; k < s->target.classes; k++) {
            n += count[k];
            middle += count[k] * mean[k * d + j];
        }
        middle /= n;
        for (int64_t k = 0; k < s->target.classes; k++) {
            double off = mean[k * d + j] - middle;
            spread += sum[k * d + j] + count[k] * off * off;
        }
        most = fmax(most, spread / n);
    }
    return most;
}

/* Columns that are all constant still need a variance to divide by. */
static int conclude(nnp_ctx *c, const struct gaussian_nb *s)
{
    const double *count = c->state[COUNT].data, *sum = c->state[SUM].data;
    double       *variance = c->state[VARIANCE].data, *prior = c->state[PRIOR].data;
    double        add = s->var_smoothing * largest(c, s), n = 0;
    int64_t       d = s->target.columns;

    for (int64_t k = 0; k < s->target.classes; k++)
        n += count[k];
    for (int64_t k = 0; k < s->target.classes; k++) {
        prior[k] = count[k] / n;
        for (int64_t j = k * d; j < (k + 1) * d; j++) {
            variance[j] = sum[j] / count[k] + add;
            if (variance[j] <= 0)
                variance[j] = 1e-9;
        }
    }
    return c->host->report(c, "smoothing", add);
}

static int finish(nnp_ctx *c, void *self)
{
    const struct gaussian_nb *s = self;
    const double             *count = c->state[COUNT].data, *sum = c->state[SUM].data;
    double                   *mean = c->state[MEAN].data;
    int                       rc = nnp_target_counted(c, count, s->target.classes);

    if (rc || c->step)
        return rc ? rc : conclude(c, s);
    for (int64_t i = 0; i < s->target.classes * s->target.columns; i++)
        mean[i] = sum[i] / count[i / s->target.columns];
    return NNP_AGAIN;
}

/* log(prior) + the logarithm of the density of each column. */
static double joint(const nnp_ctx *c, const struct gaussian_nb *s, const float *x,
                    int64_t k)
{
    int64_t       d = s->target.columns;
    const double *mean = (const double *)c->state[MEAN].data + k * d;
    const double *variance = (const double *)c->state[VARIANCE].data + k * d;
    double        sum = 0;

    for (int64_t j = 0; j < d; j++) {
        double off = (double)x[j] - mean[j];
        sum += log(6.283185307179586 * variance[j]) + off * off / variance[j];
    }
    return log(((const double *)c->state[PRIOR].data)[k]) - sum / 2;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct gaussian_nb *s = self;
    double                   *share = c->scratch[0].data;
    size_t                    k = (size_t)s->target.classes;

    for (size_t i = 0; i < (size_t)c->in[0].shape[0]; i++) {
        const float *x = nnp_f32(&c->in[0]) + i * (size_t)s->target.columns;
        for (size_t j = 0; j < k; j++) {
            share[j] = joint(c, s, x, (int64_t)j);
            nnp_f32(&c->out[1])[i * k + j] = (float)share[j];
        }
        nnp_target_softmax(share, s->target.classes);
        nnp_target_put(c, &s->target, i, share);
    }
    return NNP_OK;
}

static int say(const nnp_ctx *c, const void *self, char *out, size_t room)
{
    const struct gaussian_nb *s = self;

    (void)c;
    return snprintf(out, room, "%lld classes by mean and variance of %lld columns",
                    (long long)s->target.classes, (long long)s->target.columns);
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.learned/1") == 0 ? (const void *)say : NULL;
}

static const nnp_component gaussian_nb = {
    NNP_COMPONENT("estimator", "gaussian_nb"),
    .doc = "naive Bayes: a normal distribution for each class and column",
    .min_in = 2,
    .max_in = 2,
    .ports = "x to",
    .self_size = sizeof(struct gaussian_nb),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
    .extension = extension,
};

NNP_PLUGIN(gaussian_nb, NNP_OURS, &gaussian_nb)
