/* SPDX-License-Identifier: MIT */
/*
 * orthogonal: the weight [out, in, ...], seen as a matrix of `out` rows, has orthonormal
 * rows, or orthonormal columns if it is taller than wide, times gain.
 *
 * Saxe, McClelland, Ganguli (2014), "Exact solutions to the nonlinear dynamics of
 * learning in deep linear neural networks". Normal vectors are made orthonormal by
 * modified Gram-Schmidt in double; its R has a positive diagonal, so that the result is
 * evenly distributed over all such matrices.
 */
#include <math.h>
#include <stdlib.h>

#include <nnpipe/plugin.h>

struct orthogonal {
    double gain;
};

static const nnp_param params[] = {
    { "gain", NNP_REAL | NNP_MAIN, offsetof(struct orthogonal, gain), "1", "(0,inf)",
      "factor for the activation that follows", NULL },
};

/* k vectors of length n, k <= n, one after another. */
struct job {
    double *v;
    size_t  n, k, done; /* done: the vector that is finished, just now */
};

static double dot(const double *a, const double *b, size_t n)
{
    double lane[4] = { 0 }, sum = 0;
    size_t i = 0;

    for (; i + 4 <= n; i += 4)
        for (size_t l = 0; l < 4; l++)
            lane[l] += a[i + l] * b[i + l];
    for (; i < n; i++)
        sum += a[i] * b[i];
    return sum + lane[0] + lane[1] + lane[2] + lane[3];
}

/* Takes the direction of the finished vector out of those behind it. */
static void project(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const double     *q = j->v + j->done * j->n;

    (void)worker;
    for (size_t r = begin; r < end; r++) {
        double *x = j->v + (j->done + 1 + r) * j->n, part = dot(q, x, j->n);

        for (size_t i = 0; i < j->n; i++)
            x[i] -= part * q[i];
    }
}

static int orthonormalize(nnp_ctx *c, struct job *j)
{
    int rc = NNP_OK;

    for (; !rc && j->done < j->k; j->done++) {
        double *x = j->v + j->done * j->n, norm = sqrt(dot(x, x, j->n));

        for (size_t i = 0; i < j->n; i++)
            x[i] /= norm;
        rc = c->host->parallel(c, j->k - j->done - 1, 1 + 16384 / (j->n + 1), project, j);
    }
    return rc;
}

/* Twice, because what rounding left of the first time is large where vectors were alike.
 */
static int fill(nnp_ctx *c, double gain, struct job *j)
{
    size_t rows = (size_t)c->out[0].shape[0], cols = nnp_row(&c->out[0]);
    float *w = nnp_f32(&c->out[0]);
    int    rc = c->host->rand(c, NNP_NORMAL, 0, w, rows * cols);

    for (size_t i = 0; i < rows * cols; i++)
        j->v[i] = (double)w[i];
    for (int pass = 0; !rc && pass < 2; pass++) {
        j->done = 0;
        rc = orthonormalize(c, j);
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < cols; i++)
            w[r * cols + i] =
                (float)(gain * (rows > cols ? j->v[i * rows + r] : j->v[r * cols + i]));
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct orthogonal *s = self;
    const nnp_tensor        *w = &c->out[0];
    struct job               j = { 0 };
    size_t                   rows, cols;
    int                      rc;

    if (nnp_type(w) != NNP_F32)
        return nnp_fail(c, NNP_ENOTSUP, "only f32 weights can be drawn");
    if (w->ndim < 2)
        return nnp_fail(c, NNP_EINVAL, "a weight [out, in, ...] is needed");
    rows = (size_t)w->shape[0];
    cols = nnp_row(w);
    j.n = rows > cols ? rows : cols;
    j.k = rows > cols ? cols : rows;
    j.v = malloc(nnp_count(w) * sizeof *j.v + 1);
    if (!j.v)
        return nnp_fail(c, NNP_ENOMEM, "no memory for the orthogonal matrix");
    rc = fill(c, s->gain, &j);
    free(j.v);
    return rc;
}

/* clang-format off */
static const nnp_component orthogonal = {
    NNP_COMPONENT("initializer", "orthogonal"), .doc = "a matrix with orthonormal rows or columns",
    .self_size = sizeof(struct orthogonal), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(orthogonal, NNP_OURS, &orthogonal)
