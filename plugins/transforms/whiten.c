/* SPDX-License-Identifier: MIT */
/*
 * whiten: what is left of the training rows has no correlation and variance 1. With the
 * covariance C = V diag(l) V' of their d numbers, y = (x - mean) W where
 *
 *   pca   W = V diag(1 / sqrt(l + eps)): the `k` directions of most variance, in order
 *   zca   W = V diag(1 / sqrt(l + eps)) V': as little as possible changes, so that an
 *         image stays an image
 *
 * Bell, Sejnowski (1997), "The independent components of natural scenes are edge
 * filters". The sign of a direction is chosen so that its largest number is positive.
 *
 * Sums of products are taken in f64, in the order of the rows; C's eigenvalues are those
 * of nnpipe/eigen.h, as pca has them.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/eigen.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

enum { MAX_SIZE = 2048 };
enum { PCA, ZCA };
enum { SUM, PRODUCTS, COUNT, MEAN, MATRIX }; /* states; PRODUCTS: upper triangle */

struct whiten {
    int32_t method;
    int64_t k;
    double  eps;
};

static const nnp_param params[] = {
    { "method", NNP_ENUM | NNP_MAIN, offsetof(struct whiten, method), "zca", "pca|zca",
      "directions of most variance, or numbers that stay where they are", NULL },
    { "k", NNP_INT, offsetof(struct whiten, k), "0", "[0,inf)",
      "how many directions `pca` keeps; 0: all", NULL },
    { "eps", NNP_REAL, offsetof(struct whiten, eps), "1e-2", "[0,inf)",
      "added to every variance, so that noise is not blown up", NULL },
};

static int64_t directions(const struct whiten *s, int64_t d)
{
    return s->method == PCA && s->k ? s->k : d;
}

static int declare_states(nnp_ctx *c, int64_t d, int64_t k)
{
    int64_t square[2] = { d, d }, matrix[2] = { d, k }, one = 1;
    int     rc = c->host->declare(c, NNP_STATE, "sum", NNP_F64, 1, &d, NULL);

    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "products", NNP_F64, 2, square, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "count", NNP_F64, 1, &one, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "mean", NNP_F32, 1, &d, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "matrix", NNP_F32, 2, matrix, NULL);
    return rc;
}

static int setup(nnp_ctx *c, void *self)
{
    const struct whiten *s = self;
    const nnp_tensor    *x = &c->in[0];
    int64_t              d = (int64_t)nnp_row(x), k = directions(s, d);
    int64_t              flat[2] = { x->shape[0], k }, room[2] = { x->shape[0], d };

    if (x->ndim < 2 || d > MAX_SIZE)
        return nnp_fail(c, NNP_EINVAL,
                        "whiten takes rows of 1 to %d numbers, not %" PRId64
                        "; `crop` or `grey` make images smaller",
                        MAX_SIZE, d);
    if (k > d)
        return nnp_fail(c, NNP_EINVAL,
                        "k: there are %" PRId64 " directions, not %" PRId64, d, k);
    int rc = s->method == PCA ? c->host->declare(c, NNP_OUT, "y", NNP_F32, 2, flat, NULL)
                              : nnp_like(c, NNP_OUT, "y", x);
    if (rc >= 0)
        rc = declare_states(c, d, k);
    if (rc >= 0) /* rows around their mean */
        rc = c->host->declare(c, NNP_SCRATCH, "room", NNP_F32, 2, room, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* ---- learning ---------------------------------------------------------------------- */

static void subtract(const nnp_tensor *x, const float *mean, float *to)
{
    size_t d = nnp_row(x);

    for (size_t i = 0, n = nnp_count(x); i < n; i++)
        to[i] = nnp_f32(x)[i] - mean[i % d];
}

/* Lines begin..end of the products, and their sums. */
NNP_HOT static void add_products(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;
    size_t         n = (size_t)c->in[0].shape[0], d = nnp_row(&c->in[0]);

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        double *line = (double *)c->state[PRODUCTS].data + i * d;

        for (size_t r = 0; r < n; r++) {
            const float *x = nnp_f32(&c->in[0]) + r * d;
            double       v = (double)x[i];

            ((double *)c->state[SUM].data)[i] += v;
            for (size_t j = i; j < d; j++)
                line[j] += v * (double)x[j];
        }
    }
}

static int fit(nnp_ctx *c, void *self)
{
    (void)self;
    *(double *)c->state[COUNT].data += (double)c->in[0].shape[0];
    return c->host->parallel(c, nnp_row(&c->in[0]), 16, add_products, c);
}

/* Directions are the rows of v, the one of most variance first. Where there are fewer
 * rows than numbers some have none at all, but for rounding: eps is all they are divided
 * by. */
static void write_matrix(const struct whiten *s, const double *d, const double *v,
                         int64_t n, float *to)
{
    int64_t k = directions(s, n);

    memset(to, 0, (size_t)(n * k) * sizeof *to);
    for (int64_t r = 0; r < k; r++) {
        const double *row = v + r * n;
        double        none = DBL_EPSILON * (double)n * d[0];
        double        scale = 1 / sqrt((d[r] > none ? d[r] : 0) + s->eps);

        scale = isfinite(scale) ? scale : 0;
        for (int64_t a = 0; a < n && s->method == PCA; a++)
            to[a * k + r] = (float)(scale * row[a]);
        for (int64_t a = 0; a < n && s->method == ZCA; a++)
            for (int64_t b = 0; b < n; b++)
                to[a * n + b] += (float)(scale * row[a] * row[b]);
    }
}

static void covariance(const nnp_ctx *c, int64_t n, double *a)
{
    const double *sum = c->state[SUM].data, *all = c->state[PRODUCTS].data;
    double        count = *(const double *)c->state[COUNT].data;

    for (int64_t i = 0; i < n; i++) {
        nnp_f32(&c->state[MEAN])[i] = (float)(sum[i] / count);
        for (int64_t j = i; j < n; j++)
            a[i * n + j] = a[j * n + i] =
                (all[i * n + j] - sum[i] * sum[j] / count) / count;
    }
}

static int finish(nnp_ctx *c, void *self)
{
    int64_t n = c->state[MEAN].shape[0];
    double *a = malloc((size_t)(2 * n * n + 4 * n) * sizeof *a);

    if (!a)
        return nnp_fail(c, NNP_ENOMEM, "no memory for the covariance");
    double *v = a + n * n, *d = v + n * n, *work = d + n;
    covariance(c, n, a);
    int rc = NNP_OK;
    if (nnp_eigen(a, (size_t)n, d, v, work))
        rc = nnp_fail(c, NNP_EMATH,
                      "the covariance is not finite: is there a value "
                      "that is not, or one too large to be squared?");
    else
        write_matrix(self, d, v, n, nnp_f32(&c->state[MATRIX]));
    free(a);
    return rc;
}

/* ---- use --------------------------------------------------------------------------- */

static int forward(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    int64_t           d = (int64_t)nnp_row(x), k = directions(self, d);
    float            *rows = nnp_f32(&c->scratch[0]);

    subtract(x, nnp_f32(&c->state[MEAN]), rows);
    return c->host->gemm(c, 0, 0, x->shape[0], k, d, 1, rows, d,
                         nnp_f32(&c->state[MATRIX]), k, 0, nnp_f32(&c->out[0]), k);
}

static int backward(nnp_ctx *c, void *self)
{
    int64_t d = (int64_t)nnp_row(&c->in[0]), k = directions(self, d);

    if (!c->din[0].data)
        return NNP_OK;
    return c->host->gemm(c, 0, 1, c->in[0].shape[0], d, k, 1, nnp_f32(&c->dout[0]), k,
                         nnp_f32(&c->state[MATRIX]), k, 0, nnp_f32(&c->din[0]), d);
}

static const nnp_component whiten = {
    NNP_COMPONENT("transform", "whiten"),
    .doc =
        "takes correlation out of the numbers of a row, as learnt from the training rows",
    .takes = NNP_F32,
    .flags = NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct whiten),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
    .fit = fit,
    .finish = finish,
};

NNP_PLUGIN(whiten, NNP_OURS, &whiten)
