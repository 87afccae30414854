/* SPDX-License-Identifier: MIT */
/*
 * clip: limits the gradient before the optimizers see it.
 *
 * value: every element to -value..value. norm: all gradients together to this Euclidean
 * norm, g *= norm / |g| where |g| is larger (Pascanu, Mikolov, Bengio 2013, "On the
 * difficulty of training recurrent neural networks"). With both, value comes first; with
 * neither the gradient is only measured. The norm that norm sees is reported as
 * "grad_norm"; if it is infinite or NaN nothing is scaled, so that whoever looks for such
 * numbers still finds them.
 *
 * Squares are summed in double, in blocks of a fixed size whose sums are then added in
 * order: the result does not depend on the number of threads.
 */
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

enum { BLOCK = 16384, LANES = 8 };

struct clip {
    double norm, value;
};

static const nnp_param params[] = {
    { "norm", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct clip, norm), "0", "[0,inf)",
      "largest norm of the whole gradient; 0: any", NULL },
    { "value", NNP_REAL | NNP_LIVE, offsetof(struct clip, value), "0", "[0,inf)",
      "largest absolute value of an element; 0: any", NULL },
};

static size_t blocks(const nnp_tensor *t)
{
    return (nnp_count(t) + BLOCK - 1) / BLOCK;
}

static int setup(nnp_ctx *c, void *self)
{
    int64_t most = 1;
    int     rc;

    (void)self;
    for (uint32_t i = 0; i < c->n_weight; i++)
        if ((int64_t)blocks(&c->weight[i]) > most)
            most = (int64_t)blocks(&c->weight[i]);
    rc = c->host->declare(c, NNP_SCRATCH, "sums", NNP_F64, 1, &most, NULL);
    return rc < 0 ? rc : NNP_OK;
}

struct job {
    float *g;
    size_t n;
    double value, *sums; /* sums: one a block */
    float  scale;
};

NNP_HOT static void clip_values(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const float       high = (float)j->value;

    (void)worker;
    for (size_t i = begin; i < end; i++)
        j->g[i] = j->g[i] > high ? high : j->g[i] < -high ? -high : j->g[i];
}

NNP_HOT static void sum_squares(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;

    (void)worker;
    for (size_t b = begin; b < end; b++) {
        size_t i = b * BLOCK, stop = i + BLOCK < j->n ? i + BLOCK : j->n;
        double lane[LANES] = { 0 }, sum = 0;

        for (; i + LANES <= stop; i += LANES)
            for (size_t k = 0; k < LANES; k++)
                lane[k] += (double)j->g[i + k] * (double)j->g[i + k];
        for (; i < stop; i++)
            lane[0] += (double)j->g[i] * (double)j->g[i];
        for (size_t k = 0; k < LANES; k++)
            sum += lane[k];
        j->sums[b] = sum;
    }
}

NNP_HOT static void scale(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;

    (void)worker;
    for (size_t i = begin; i < end; i++)
        j->g[i] *= j->scale;
}

static struct job job_of(nnp_ctx *c, const struct clip *s, uint32_t i, float factor)
{
    return (struct job){ nnp_f32(&c->dweight[i]), nnp_count(&c->dweight[i]), s->value,
                         c->scratch[0].data, factor };
}

/* Limits single values and adds up what is left. */
static int measure(nnp_ctx *c, const struct clip *s, double *square)
{
    int rc = NNP_OK;

    *square = 0;
    for (uint32_t i = 0; !rc && i < c->n_weight; i++) {
        struct job j = job_of(c, s, i, 1);

        if (!j.g)
            continue;
        if (s->value > 0)
            rc = c->host->parallel(c, j.n, BLOCK, clip_values, &j);
        if (!rc)
            rc = c->host->parallel(c, blocks(&c->dweight[i]), 1, sum_squares, &j);
        for (size_t b = 0; !rc && b < blocks(&c->dweight[i]); b++)
            *square += j.sums[b];
    }
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct clip *s = self;
    double             norm;
    int                rc = measure(c, s, &norm);

    norm = sqrt(norm);
    if (!rc)
        rc = c->host->report(c, "grad_norm", norm);
    if (rc || s->norm <= 0 || norm <= s->norm || !isfinite(norm))
        return rc;
    for (uint32_t i = 0; !rc && i < c->n_weight; i++) {
        struct job j = job_of(c, s, i, (float)(s->norm / norm));

        if (j.g)
            rc = c->host->parallel(c, j.n, BLOCK, scale, &j);
    }
    return rc;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .update = "g = max(-value, min(value, g)); g = g min(1, norm / sqrt(sum_i(g_i^2)))",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component clip = {
    NNP_COMPONENT("optimizer", "clip"), .doc = "limits the gradient, as a whole or each element",
    .takes = NNP_F32, .flags = NNP_PREPARES | NNP_ALL_WEIGHTS,
    .self_size = sizeof(struct clip), NNP_PARAMS(params),
    .setup = setup, .forward = forward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(clip, NNP_OURS, &clip)
