/* SPDX-License-Identifier: MIT */
/*
 * pca: the k directions of largest variance of the training rows, and what a row looks
 * like along them: its codes, (x - mean) axes', or its reconstruction, mean + codes axes.
 *
 * Pearson (1901), "On lines and planes of closest fit to systems of points in space". One
 * pass adds up the products of all pairs of columns in f64, four rows at a time; then the
 * covariance (over n) is diagonalized. Every pair is summed in the order of the rows by
 * one worker, so the bits do not depend on their number. It takes d x d numbers for d
 * columns: thousands of columns, not more.
 */
#include <float.h>

#include <nnpipe/eigen.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct pca {
    int64_t k;
    int32_t give, pad;
    int64_t d;
};

enum { CODES, RECONSTRUCTION };
enum { MEAN, AXES, VARIANCE, ROWS, SUM, PRODUCTS }; /* states */
enum { CENTRED, CODE, VECTORS, WORK };              /* scratch */
enum { BLOCK = 32 };                                /* rows that stay in the cache */

static const nnp_param params[] = {
    { "k", NNP_INT | NNP_MAIN, offsetof(struct pca, k), NULL, "[1,inf)",
      "directions that are kept", NULL },
    { "give", NNP_ENUM, offsetof(struct pca, give), "codes", "codes|reconstruction",
      "k numbers a row, or the row that these numbers stand for", NULL },
};

/* d for columns of the input; the host gives sums as zeros at the start of a pass. */
static int declare_states(nnp_ctx *c, const struct pca *s)
{
    int64_t axes[2] = { s->k, s->d }, square[2] = { s->d, s->d }, one = 1;
    int     rc = c->host->declare(c, NNP_STATE, "mean", NNP_F32, 1, &s->d, NULL);

    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "axes", NNP_F32, 2, axes, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "variance", NNP_F32, 1, &s->k, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "rows", NNP_F64, 1, &one, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "sum", NNP_F64, 1, &s->d, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "products", NNP_F64, 2, square,
                              NULL);
    return rc;
}

static int declare_scratch(nnp_ctx *c, const struct pca *s)
{
    int64_t n = c->in[0].shape[0], x[2] = { n, s->d }, code[2] = { n, s->k };
    int64_t square[2] = { s->d, s->d }, work[2] = { 4, s->d };
    int     rc = c->host->declare(c, NNP_SCRATCH, "centred", NNP_F32, 2, x, NULL);

    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "code", NNP_F32, 2, code, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "vectors", NNP_F64, 2, square, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "work", NNP_F64, 2, work, NULL);
    return rc;
}

static int setup(nnp_ctx *c, void *self)
{
    struct pca       *s = self;
    const nnp_tensor *x = &c->in[0];
    int64_t           code[2] = { x->ndim ? x->shape[0] : 0, s->k };

    if (x->ndim < 2)
        return nnp_fail(c, NNP_EINVAL,
                        "rows of several columns are needed, this is one number a row");
    s->d = (int64_t)nnp_row(x);
    if (s->k > s->d)
        return nnp_fail(c, NNP_EINVAL, "k is %lld, but a row has %lld columns",
                        (long long)s->k, (long long)s->d);
    int rc = s->give == CODES ? c->host->declare(c, NNP_OUT, "y", NNP_F32, 2, code, NULL)
                              : nnp_like(c, NNP_OUT, "y", x);
    if (rc >= 0)
        rc = declare_states(c, s);
    if (rc >= 0)
        rc = declare_scratch(c, s);
    return rc < 0 ? rc : NNP_OK;
}

/* ---- learning ---- */

struct batch {
    const float *x;
    size_t       n, d;
    double      *products;
};

/* products[i][0..i] += the sum over at most four rows of x[i] x[0..i]. */
NNP_HOT static void add_products(double *to, const float *x, size_t rows, size_t d,
                                 size_t i)
{
    const float *x0 = x, *x1 = rows > 1 ? x + d : x, *x2 = rows > 2 ? x + 2 * d : x,
                *x3 = rows > 3 ? x + 3 * d : x;
    double a = (double)x0[i], b = rows > 1 ? (double)x1[i] : 0,
           e = rows > 2 ? (double)x2[i] : 0, f = rows > 3 ? (double)x3[i] : 0;

    if (a == 0 && b == 0 && e == 0 && f == 0)
        return; /* images are black for the most part */
    for (size_t j = 0; j <= i; j++)
        to[j] += a * (double)x0[j] + b * (double)x1[j] +
                 (e * (double)x2[j] + f * (double)x3[j]);
}

static void add_columns(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct batch *b = arg;

    (void)worker;
    for (size_t first = 0; first < b->n; first += BLOCK)
        for (size_t i = begin; i < end; i++)
            for (size_t r = first; r < b->n && r < first + BLOCK; r += 4)
                add_products(b->products + i * b->d, b->x + r * b->d, b->n - r, b->d, i);
}

static int fit(nnp_ctx *c, void *self)
{
    const struct pca *s = self;
    double           *sum = c->state[SUM].data;
    struct batch      b = { nnp_f32(&c->in[0]), (size_t)c->in[0].shape[0], (size_t)s->d,
                            c->state[PRODUCTS].data };

    for (size_t r = 0; r < b.n; r++)
        for (size_t i = 0; i < b.d; i++)
            sum[i] += (double)b.x[r * b.d + i];
    *(double *)c->state[ROWS].data += (double)b.n;
    return c->host->parallel(c, b.d, 16, add_columns, &b);
}

static int keep(nnp_ctx *c, const struct pca *s, const double *values,
                const double *vectors)
{
    double total = 0, kept = 0;

    if (values[0] > (double)FLT_MAX)
        return nnp_fail(c, NNP_EMATH,
                        "the variance is beyond f32: put `standardize` before it");
    for (int64_t i = 0; i < s->d; i++)
        total += values[i] > 0 ? values[i] : 0;
    for (int64_t i = 0; i < s->k; i++) {
        kept += values[i] > 0 ? values[i] : 0;
        nnp_f32(&c->state[VARIANCE])[i] = (float)(values[i] > 0 ? values[i] : 0);
    }
    for (int64_t i = 0; i < s->k * s->d; i++)
        nnp_f32(&c->state[AXES])[i] = (float)vectors[i];
    int rc = c->host->report(c, "variance", total);
    return rc ? rc : c->host->report(c, "explained", total > 0 ? kept / total : 1);
}

static int finish(nnp_ctx *c, void *self)
{
    const struct pca *s = self;
    size_t            d = (size_t)s->d;
    double            n = *(double *)c->state[ROWS].data, *sum = c->state[SUM].data;
    double           *a = c->state[PRODUCTS].data, *vectors = c->scratch[VECTORS].data;
    double           *values = c->scratch[WORK].data;

    if (n < 1)
        return nnp_fail(c, NNP_EINVAL, "there are no rows to learn from");
    for (size_t i = 0; i < d; i++) {
        nnp_f32(&c->state[MEAN])[i] = (float)(sum[i] / n);
        for (size_t j = 0; j <= i; j++)
            a[i * d + j] = a[i * d + j] / n - sum[i] / n * (sum[j] / n);
    }
    if (nnp_eigen(a, d, values, vectors, values + d))
        return nnp_fail(c, NNP_EMATH,
                        "the training rows have a number that is not "
                        "finite");
    return keep(c, s, values, vectors);
}

/* ---- using ---- */

NNP_HOT static void subtract(const float *x, const float *mean, float *y, size_t n,
                             size_t d)
{
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < d; i++)
            y[r * d + i] = x[r * d + i] - mean[i];
}

static int forward(nnp_ctx *c, void *self)
{
    const struct pca *s = self;
    int64_t           n = c->in[0].shape[0], d = s->d, k = s->k;
    const float      *mean = nnp_f32(&c->state[MEAN]), *axes = nnp_f32(&c->state[AXES]);
    float            *x = nnp_f32(&c->scratch[CENTRED]), *y = nnp_f32(&c->out[0]);
    float            *code = s->give == CODES ? y : nnp_f32(&c->scratch[CODE]);

    subtract(nnp_f32(&c->in[0]), mean, x, (size_t)n, (size_t)d);
    int rc = c->host->gemm(c, 0, 1, n, k, d, 1, x, d, axes, d, 0, code, k);
    if (rc || s->give == CODES)
        return rc;
    for (int64_t r = 0; r < n; r++)
        memcpy(y + r * d, mean, (size_t)d * sizeof *y);
    return c->host->gemm(c, 0, 0, n, d, k, 1, code, k, axes, d, 1, y, d);
}

static const nnp_component pca = {
    NNP_COMPONENT("estimator", "pca"),
    .doc = "principal components: directions of largest variance, learnt in one pass",
    .takes = NNP_F32,
    .self_size = sizeof(struct pca),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
};

NNP_PLUGIN(pca, NNP_OURS, &pca)
