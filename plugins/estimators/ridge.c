/* SPDX-License-Identifier: MIT */
/*
 * ridge: a line (or one for each column of the target) with the least sum of squares plus
 * alpha times the squared weights; the intercept is free. Hoerl and Kennard (1970),
 * "Ridge regression".
 *
 * A pass for the means, a second one for the products of what is left of rows without
 * them: products in one pass less the means' product would lose the digits of columns
 * that lie far from zero. Cholesky solves what these make; where columns depend on each
 * other and nothing is added, eigenvectors give the solution of least norm.
 */
#include <math.h>
#include <string.h>

#include <nnpipe/eigen.h>
#include <nnpipe/plugin.h>
#include <nnpipe/target.h>

struct ridge {
    double  alpha;
    int64_t d, m; /* columns of x, of the target */
};

enum { WEIGHT, BIAS, MEAN, SUM, PRODUCTS, WITH, SEEN }; /* states */
enum { ROW, MATRIX, VECTORS, WORK };                    /* scratch */

static const nnp_param params[] = {
    { "alpha", NNP_REAL | NNP_MAIN, offsetof(struct ridge, alpha), "1", "[0,inf)",
      "how much the squared weights count; 0: least squares", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    struct ridge     *s = self;
    const nnp_tensor *x = &c->in[0], *y = &c->in[1];

    if (nnp_type(x) != NNP_F32 || nnp_type(y) != NNP_F32 || x->ndim < 1 || y->ndim < 1)
        return nnp_fail(c, NNP_ENOTSUP, "x and the target must be f32, rows first");
    s->d = (int64_t)nnp_row(x);
    s->m = (int64_t)nnp_row(y);
    const nnp_wanted wanted[] = {
        { NNP_STATE, NNP_F64, "weight", 2, { s->m, s->d } },
        { NNP_STATE, NNP_F64, "bias", 1, { s->m } },
        { NNP_STATE, NNP_F64, "mean", 1, { s->d + s->m } },
        { NNP_STATE | NNP_SUM, NNP_F64, "sum", 1, { s->d + s->m } },
        { NNP_STATE | NNP_SUM, NNP_F64, "products", 2, { s->d, s->d } },
        { NNP_STATE | NNP_SUM, NNP_F64, "with_target", 2, { s->d, s->m } },
        { NNP_STATE | NNP_SUM, NNP_F64, "seen", 1, { 1 } },
        { NNP_SCRATCH, NNP_F64, "row", 2, { x->shape[0], s->d + s->m } },
        { NNP_SCRATCH, NNP_F64, "matrix", 2, { s->d, s->d } },
        { NNP_SCRATCH, NNP_F64, "vectors", 2, { s->d, s->d } },
        { NNP_SCRATCH, NNP_F64, "work", 2, { 4, s->d } },
    };
    int rc = nnp_like(c, NNP_OUT, "y", y);
    return rc < 0 ? rc : nnp_declare_all(c, wanted, sizeof wanted / sizeof *wanted);
}

/* ---- learning ---- */

/* The rows of x and of the target, side by side, less their means. */
static void put_rows(nnp_ctx *c, const struct ridge *s, const double *mean)
{
    double *to = c->scratch[ROW].data;

    for (int64_t i = 0; i < c->in[0].shape[0]; i++, to += s->d + s->m) {
        for (int64_t j = 0; j < s->d; j++)
            to[j] = (double)nnp_f32(&c->in[0])[i * s->d + j] - mean[j];
        for (int64_t j = 0; j < s->m; j++)
            to[s->d + j] = (double)nnp_f32(&c->in[1])[i * s->m + j] - mean[s->d + j];
    }
}

struct adding {
    nnp_ctx            *c;
    const struct ridge *s;
};

/* Rows begin..end of the matrices, each summed in the order of the data. */
static void add_products(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct adding *a = arg;
    size_t               d = (size_t)a->s->d, m = (size_t)a->s->m;
    const double        *row = a->c->scratch[ROW].data;

    (void)worker;
    for (size_t i = 0; i < (size_t)a->c->in[0].shape[0]; i++, row += d + m)
        for (size_t j = begin; j < end; j++) {
            double *to = (double *)a->c->state[PRODUCTS].data + j * d;
            double *with = (double *)a->c->state[WITH].data + j * m;
            for (size_t k = 0; k <= j; k++)
                to[k] += row[j] * row[k];
            for (size_t k = 0; k < m; k++)
                with[k] += row[j] * row[d + k];
        }
}

static int check_target(nnp_ctx *c, const struct ridge *s, double before)
{
    for (size_t i = 0; i < nnp_count(&c->in[1]); i++)
        if (!isfinite(nnp_f32(&c->in[1])[i]))
            return nnp_fail(c, NNP_EIO, "row %.0f of the target is not finite",
                            before + (double)(i / (size_t)s->m));
    return NNP_OK;
}

/* The mean is zeros in the first pass, which adds the rows. */
static int fit(nnp_ctx *c, void *self)
{
    const struct ridge *s = self;
    struct adding       a = { c, s };
    int64_t             width = s->d + s->m, n = c->in[0].shape[0];
    double             *sum = c->state[SUM].data, *seen = c->state[SEEN].data;
    int                 rc = nnp_target_finite(c, *seen);

    rc = rc ? rc : check_target(c, s, *seen);
    if (rc)
        return rc;
    *seen += (double)n;
    put_rows(c, s, c->state[MEAN].data);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < width; j++)
            sum[j] += ((double *)c->scratch[ROW].data)[i * width + j];
    return c->step ? c->host->parallel(c, (size_t)s->d, 8, add_products, &a) : NNP_OK;
}

/* a = L L', lower triangles, L in the place of a. -1: a is not positive, or barely. */
static int cholesky(double *a, int64_t d)
{
    for (int64_t j = 0; j < d; j++) {
        double least = 1e-14 * a[j * d + j];
        for (int64_t k = 0; k < j; k++)
            a[j * d + j] -= a[j * d + k] * a[j * d + k];
        if (!(a[j * d + j] > least))
            return -1;
        a[j * d + j] = sqrt(a[j * d + j]);
        for (int64_t i = j + 1; i < d; i++) {
            for (int64_t k = 0; k < j; k++)
                a[i * d + j] -= a[i * d + k] * a[j * d + k];
            a[i * d + j] /= a[j * d + j];
        }
    }
    return 0;
}

static void substitute(const double *l, int64_t d, double *b)
{
    for (int64_t i = 0; i < d; i++) {
        for (int64_t k = 0; k < i; k++)
            b[i] -= l[i * d + k] * b[k];
        b[i] /= l[i * d + i];
    }
    for (int64_t i = d; i-- > 0;) {
        for (int64_t k = i + 1; k < d; k++)
            b[i] -= l[k * d + i] * b[k];
        b[i] /= l[i * d + i];
    }
}

/* Directions in which the rows do not differ count nothing. */
static void by_vectors(const double *values, const double *vectors, int64_t d, double *b,
                       double *work)
{
    memcpy(work, b, (size_t)d * sizeof *b);
    memset(b, 0, (size_t)d * sizeof *b);
    for (int64_t k = 0; k < d && values[k] > 1e-12 * values[0]; k++) {
        double part = 0;
        for (int64_t i = 0; i < d; i++)
            part += vectors[k * d + i] * work[i];
        for (int64_t i = 0; i < d; i++)
            b[i] += part / values[k] * vectors[k * d + i];
    }
}

static void put_matrix(nnp_ctx *c, const struct ridge *s)
{
    double *a = c->scratch[MATRIX].data;

    memcpy(a, c->state[PRODUCTS].data, (size_t)(s->d * s->d) * sizeof *a);
    for (int64_t j = 0; j < s->d; j++)
        a[j * s->d + j] += s->alpha;
}

static int solve(nnp_ctx *c, const struct ridge *s)
{
    const double *mean = c->state[MEAN].data, *with = c->state[WITH].data;
    double       *a = c->scratch[MATRIX].data, *vectors = c->scratch[VECTORS].data;
    double       *values = c->scratch[WORK].data, *bias = c->state[BIAS].data;
    int           singular;

    put_matrix(c, s);
    singular = cholesky(a, s->d);
    if (singular)
        put_matrix(c, s);
    if (singular && nnp_eigen(a, (size_t)s->d, values, vectors, values + s->d))
        return nnp_fail(c, NNP_EMATH, "the products of the columns are not finite");
    for (int64_t t = 0; t < s->m; t++) {
        double *w = (double *)c->state[WEIGHT].data + t * s->d;
        for (int64_t j = 0; j < s->d; j++)
            w[j] = with[j * s->m + t];
        if (singular)
            by_vectors(values, vectors, s->d, w, values + s->d);
        else
            substitute(a, s->d, w);
        bias[t] = mean[s->d + t];
        for (int64_t j = 0; j < s->d; j++)
            bias[t] -= w[j] * mean[j];
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const struct ridge *s = self;
    const double       *sum = c->state[SUM].data;
    double             *mean = c->state[MEAN].data, n = *(double *)c->state[SEEN].data;

    if (n < 1)
        return nnp_fail(c, NNP_EINVAL, "there are no rows to learn from");
    if (c->step)
        return solve(c, s);
    for (int64_t j = 0; j < s->d + s->m; j++)
        mean[j] = sum[j] / n;
    return NNP_AGAIN;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct ridge *s = self;
    const double       *w = c->state[WEIGHT].data, *bias = c->state[BIAS].data;

    for (int64_t i = 0; i < c->in[0].shape[0]; i++)
        for (int64_t t = 0; t < s->m; t++) {
            const float *x = nnp_f32(&c->in[0]) + i * s->d;
            double       sum = bias[t];
            for (int64_t j = 0; j < s->d; j++)
                sum += w[t * s->d + j] * (double)x[j];
            nnp_f32(&c->out[0])[i * s->m + t] = (float)sum;
        }
    return NNP_OK;
}

static int say(const nnp_ctx *c, const void *self, char *out, size_t room)
{
    const struct ridge *s = self;
    const double       *w = c->state[WEIGHT].data;
    double              norm = 0;

    for (int64_t i = 0; i < s->m * s->d; i++)
        norm += w[i] * w[i];
    return snprintf(out, room, "alpha %g, %lld columns, norm of the weights %.6g",
                    s->alpha, (long long)s->d, sqrt(norm));
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.learned/1") == 0 ? (const void *)say : NULL;
}

static const nnp_component ridge = {
    NNP_COMPONENT("estimator", "ridge"),
    .doc = "least squares with a penalty on the weights, the intercept free",
    .min_in = 2,
    .max_in = 2,
    .ports = "x to",
    .self_size = sizeof(struct ridge),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
    .extension = extension,
};

NNP_PLUGIN(ridge, NNP_OURS, &ridge)
