/* SPDX-License-Identifier: MIT */
/*
 * max_norm: after every update, the weights that come into one unit (a row of a weight
 * [out, in, ...]) are scaled back to this Euclidean norm where they exceed it.
 *
 * Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from
 * overfitting", section 5.1. There is no penalty and no gradient. A weight with one axis,
 * a bias, has nothing that comes in and is left alone.
 */
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/plugin.h>

struct max_norm {
    double norm;
};

static const nnp_param params[] = {
    { "norm", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct max_norm, norm), "3",
      "(0,inf)", "largest norm of the weights into a unit", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    if (c->flags & NNP_ON_STREAM)
        return nnp_fail(c, NNP_EINVAL, "a weight is needed, not a stream");
    return NNP_OK;
}

struct job {
    float *w;
    size_t d; /* weights into a unit */
    double norm;
};

static void clip_rows(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;

    (void)worker;
    for (size_t r = begin; r < end; r++) {
        float *w = j->w + r * j->d, scale;
        double square = 0;

        for (size_t i = 0; i < j->d; i++)
            square += (double)w[i] * (double)w[i];
        if (square <= j->norm * j->norm)
            continue;
        scale = (float)(j->norm / sqrt(square));
        for (size_t i = 0; i < j->d; i++)
            w[i] *= scale;
    }
}

static int finish(nnp_ctx *c, void *self)
{
    const struct max_norm *s = self;
    const nnp_tensor      *w = &c->weight[0];
    struct job             j = { nnp_f32(w), nnp_row(w), s->norm };

    if (w->ndim < 2)
        return NNP_OK;
    return c->host->parallel(c, (size_t)w->shape[0], 1 + 16384 / (j.d + 1), clip_rows,
                             &j);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .update = "w_jk = w_jk min(1, norm / sqrt(sum_i(w_ji^2)))",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component max_norm = {
    NNP_COMPONENT("regularizer", "max_norm"), .doc = "limits the norm of the weights into a unit",
    .takes = NNP_F32,
    .self_size = sizeof(struct max_norm), NNP_PARAMS(params),
    .setup = setup, .finish = finish,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(max_norm, NNP_OURS, &max_norm)
