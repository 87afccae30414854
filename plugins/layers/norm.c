/* SPDX-License-Identifier: MIT */
/*
 * layernorm: y = gain (x - mean) / sqrt(var + eps) + shift over the axes from `axis` to
 * the last, each row by itself, with a gain and a shift for each of its numbers. Ba,
 * Kiros, Hinton (2016), "Layer normalization".
 *
 * groupnorm: the same over all pixels of a group of channels, with a gain and a shift for
 * each channel. Wu, He (2018), "Group normalization".
 *
 * Nothing is learnt about batches: training and inference do the same. x is cut into runs
 * of n numbers that are normalized together. With z = (x - mean) / sqrt(var + eps) and
 * g = gain dy: dx = (g - mean(g) - z mean(g z)) / sqrt(var + eps). Sums are taken in
 * their order, in double precision.
 */
#include <inttypes.h>
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct norm {
    int64_t axis, groups;
    double  eps;
};

static const nnp_param layernorm_params[] = {
    { "axis", NNP_INT | NNP_MAIN, offsetof(struct norm, axis), "-1", "[-8,8]",
      "the first of the axes that are normalized together; -1: the last one", NULL },
    { "eps", NNP_REAL, offsetof(struct norm, eps), "1e-5", "(0,inf)",
      "added to the variance", NULL },
};

static const nnp_param groupnorm_params[] = {
    { "groups", NNP_INT | NNP_MAIN, offsetof(struct norm, groups), "8", "[1,inf)",
      "parts of the channels; 1: all channels together", NULL },
    { "eps", NNP_REAL, offsetof(struct norm, eps), "1e-5", "(0,inf)",
      "added to the variance", NULL },
};

/* Number i of x has the gain (i / inner) % gains. */
struct job {
    nnp_ctx *c;
    size_t   n, runs, inner, gains;
    double   eps;
};

static size_t product(const nnp_tensor *x, int64_t from)
{
    size_t n = 1;

    for (int64_t i = from; i < x->ndim; i++)
        n *= (size_t)x->shape[i];
    return n;
}

/* ---- what is asked for ------------------------------------------------------------- */

static int64_t axis_of(const nnp_ctx *c, const struct norm *s)
{
    return s->axis < 0 ? s->axis + c->in[0].ndim : s->axis;
}

static int declare(nnp_ctx *c, uint32_t ndim, const int64_t *gain, size_t n)
{
    int64_t kept[2] = { n ? (int64_t)(nnp_count(&c->in[0]) / n) : 0, 2 };
    int     rc = nnp_like(c, NNP_OUT, "y", &c->in[0]);

    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "gain", NNP_F32, ndim, gain,
                              "constant: 1");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "shift", NNP_F32, ndim, gain,
                              "zeros");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SAVED, "statistics", NNP_F64, 2, kept, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int layernorm_setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    int64_t           axis = axis_of(c, self);

    if (axis < 1 || axis >= x->ndim)
        return nnp_fail(c, NNP_EINVAL,
                        "axis: %" PRId64
                        " is none of the %d axes of a row, 1 is the first one",
                        ((const struct norm *)self)->axis, (int)x->ndim - 1);
    return declare(c, (uint32_t)(x->ndim - axis), x->shape + axis, product(x, axis));
}

static int groupnorm_setup(nnp_ctx *c, void *self)
{
    const struct norm *s = self;
    const nnp_tensor  *x = &c->in[0];

    if (x->ndim < 2)
        return nnp_fail(c, NNP_EINVAL, "groupnorm takes rows of features or of channels");
    if (x->shape[1] % s->groups)
        return nnp_fail(c, NNP_EINVAL,
                        "%" PRId64 " channels do not fall into %" PRId64 " equal groups",
                        x->shape[1], s->groups);
    return declare(c, 1, x->shape + 1, nnp_row(x) / (size_t)s->groups);
}

/* ---- runs -------------------------------------------------------------------------- */

/* kept: the mean, and 1 over the deviation. Two sweeps: with one, mean(x x) - mean(x)^2
 * loses all digits where the mean is large beside the deviation. */
static void measure(const float *x, size_t n, double eps, double kept[2])
{
    double sum = 0, square = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)x[i];
    kept[0] = sum / (double)n;
    for (size_t i = 0; i < n; i++) {
        double d = (double)x[i] - kept[0];
        square += d * d;
    }
    kept[1] = 1 / sqrt(square / (double)n + eps);
}

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const float *gain = nnp_f32(&j->c->weight[0]), *shift = nnp_f32(&j->c->weight[1]);
    double      *saved = j->c->saved[0].data;

    (void)worker;
    for (size_t run = begin; run < end; run++) {
        const float *x = nnp_f32(&j->c->in[0]) + run * j->n;
        float       *y = nnp_f32(&j->c->out[0]) + run * j->n;
        double       kept[2];

        measure(x, j->n, j->eps, saved ? saved + 2 * run : kept);
        const double *use = saved ? saved + 2 * run : kept;
        for (size_t i = 0; i < j->n; i++) {
            size_t g = (run * j->n + i) / j->inner % j->gains;
            double z = ((double)x[i] - use[0]) * use[1];
            y[i] = (float)z * gain[g] + shift[g];
        }
    }
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const float      *gain = nnp_f32(&j->c->weight[0]);

    (void)worker;
    for (size_t run = begin; run < end; run++) {
        const double *kept = (double *)j->c->saved[0].data + 2 * run;
        const float  *x = nnp_f32(&j->c->in[0]) + run * j->n;
        const float  *dy = nnp_f32(&j->c->dout[0]) + run * j->n;
        float        *dx = nnp_f32(&j->c->din[0]) + run * j->n;
        double        plain = 0, times_z = 0;

        for (size_t i = 0; i < j->n; i++) {
            double g =
                (double)dy[i] * (double)gain[(run * j->n + i) / j->inner % j->gains];
            plain += g;
            times_z += g * ((double)x[i] - kept[0]) * kept[1];
        }
        for (size_t i = 0; i < j->n; i++) {
            double g =
                (double)dy[i] * (double)gain[(run * j->n + i) / j->inner % j->gains];
            double z = ((double)x[i] - kept[0]) * kept[1];
            dx[i] = (float)(kept[1] * (g - (plain + z * times_z) / (double)j->n));
        }
    }
}

/* Gains begin..end over all rows: each is summed up by one worker alone, in the order of
 * the rows, so the sum does not depend on how many workers there are. */
static void weights_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;
    size_t            block = j->gains * j->inner, total = j->n * j->runs;

    (void)worker;
    for (size_t g = begin; g < end; g++) {
        double plain = 0, times_z = 0;

        for (size_t at = g * j->inner; at < total; at += block)
            for (size_t i = at; i < at + j->inner; i++) {
                const double *kept = (double *)c->saved[0].data + 2 * (i / j->n);
                double        dy = (double)nnp_f32(&c->dout[0])[i];
                plain += dy;
                times_z += dy * ((double)nnp_f32(&c->in[0])[i] - kept[0]) * kept[1];
            }
        if (c->dweight[0].data)
            nnp_f32(&c->dweight[0])[g] += (float)times_z;
        if (c->dweight[1].data)
            nnp_f32(&c->dweight[1])[g] += (float)plain;
    }
}

static int forward(nnp_ctx *c, struct job j)
{
    return c->host->parallel(c, j.runs, 1 + NNP_GRAIN / (j.n + 1), forward_part, &j);
}

static int backward(nnp_ctx *c, struct job j)
{
    size_t each = j.n * j.runs / j.gains;
    int    rc = NNP_OK;

    if (c->dweight[0].data || c->dweight[1].data)
        rc = c->host->parallel(c, j.gains, 1 + NNP_GRAIN / (each + 1), weights_part, &j);
    if (rc || !c->din[0].data)
        return rc;
    return c->host->parallel(c, j.runs, 1 + NNP_GRAIN / (j.n + 1), backward_part, &j);
}

static struct job layernorm_job(nnp_ctx *c, const struct norm *s)
{
    size_t n = product(&c->in[0], axis_of(c, s));

    return (struct job){ c, n, nnp_count(&c->in[0]) / n, 1, n, s->eps };
}

static struct job groupnorm_job(nnp_ctx *c, const struct norm *s)
{
    size_t n = nnp_row(&c->in[0]) / (size_t)s->groups;

    return (struct job){ c,
                         n,
                         nnp_count(&c->in[0]) / n,
                         product(&c->in[0], 2),
                         (size_t)c->in[0].shape[1],
                         s->eps };
}

static int layernorm_forward(nnp_ctx *c, void *self)
{
    return forward(c, layernorm_job(c, self));
}

static int layernorm_backward(nnp_ctx *c, void *self)
{
    return backward(c, layernorm_job(c, self));
}

static int groupnorm_forward(nnp_ctx *c, void *self)
{
    return forward(c, groupnorm_job(c, self));
}

static int groupnorm_backward(nnp_ctx *c, void *self)
{
    return backward(c, groupnorm_job(c, self));
}

static const nnp_formula layernorm_formula = {
    .size = sizeof layernorm_formula,
    .forward = "m = mean_k(x_k); v = mean_k((x_k - m)^2); z_k = (x_k - m) / sqrt(v + "
               "eps); y_k = gain_k z_k + shift_k",
    .backward = "c_k = gain_k d(E, y_k); d(E, x_k) = (c_k - mean_i(c_i) - z_k "
                "mean_i(c_i z_i)) / sqrt(v + eps)",
    .weight = "d(E, gain_k) = z_k d(E, y_k); d(E, shift_k) = d(E, y_k)",
};

NNP_FORMULA(layernorm_extension, layernorm_formula)

static const nnp_formula groupnorm_formula = {
    .size = sizeof groupnorm_formula,
    .forward = "m = mean_k(x_k); v = mean_k((x_k - m)^2); z_k = (x_k - m) / sqrt(v + "
               "eps); y_k = gain_k z_k + shift_k",
    .backward = "c_k = gain_k d(E, y_k); d(E, x_k) = (c_k - mean_i(c_i) - z_k "
                "mean_i(c_i z_i)) / sqrt(v + eps)",
    .weight = "d(E, gain_k) = z_k d(E, y_k); d(E, shift_k) = d(E, y_k)",
};

NNP_FORMULA(groupnorm_extension, groupnorm_formula)

/* clang-format off */
static const nnp_component layernorm = {
    NNP_COMPONENT("layer", "layernorm"),
    .doc = "each row with mean 0 and variance 1",
    .takes = NNP_F32, .flags = NNP_FREE_OUT,
    .self_size = sizeof(struct norm), NNP_PARAMS(layernorm_params),
    .setup = layernorm_setup, .forward = layernorm_forward, .backward = layernorm_backward,
    .extension = layernorm_extension,
};

static const nnp_component groupnorm = {
    NNP_COMPONENT("layer", "groupnorm"),
    .doc = "each group of channels of a row with mean 0 and variance 1",
    .takes = NNP_F32, .flags = NNP_FREE_OUT,
    .self_size = sizeof(struct norm), NNP_PARAMS(groupnorm_params),
    .setup = groupnorm_setup, .forward = groupnorm_forward, .backward = groupnorm_backward,
    .extension = groupnorm_extension,
};
/* clang-format on */
NNP_PLUGIN(norm, NNP_OURS, &layernorm, &groupnorm)
