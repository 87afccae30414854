/* SPDX-License-Identifier: MIT */
/*
 * kl_sparse: keeps the mean activity of every unit near rho. With q_j the mean of unit j
 * over the rows of a batch, the penalty is the divergence of two coins, summed over the
 * units: KL(rho || q_j) = rho log(rho / q_j) + (1 - rho) log((1 - rho) / (1 - q_j))
 *
 * Ng (2011), "Sparse autoencoder", CS294A lecture notes. For streams with values in
 * (0,1), as a sigmoid gives; q is kept 1e-6 away from 0 and 1, and the gradient is that
 * at the limit.
 */
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/plugin.h>

struct kl_sparse {
    double rho;
};

static const nnp_param params[] = {
    { "rho", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct kl_sparse, rho), "0.05",
      "(0,1)", "mean activity to keep to", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *h = &c->weight[0];
    int64_t           units = (int64_t)nnp_row(h);
    int               rc;

    (void)self;
    if (!(c->flags & NNP_ON_STREAM))
        return nnp_fail(c, NNP_EINVAL, "a stream of activities is needed, not a weight");
    rc = c->host->declare(c, NNP_SCRATCH, "mean", NNP_F64, 1, &units, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* q of every unit, in scratch. */
static const double *means(nnp_ctx *c)
{
    const float *h = nnp_f32(&c->weight[0]);
    size_t       rows = (size_t)c->weight[0].shape[0], units = nnp_row(&c->weight[0]);
    double      *q = c->scratch[0].data;

    for (size_t j = 0; j < units; j++)
        q[j] = 0;
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < units; j++)
            q[j] += (double)h[r * units + j];
    for (size_t j = 0; j < units; j++) {
        q[j] /= (double)rows;
        q[j] = q[j] < 1e-6 ? 1e-6 : q[j] > 1 - 1e-6 ? 1 - 1e-6 : q[j];
    }
    return q;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct kl_sparse *s = self;
    const double           *q = means(c), rho = s->rho;
    double                  sum = 0;

    for (size_t j = 0; j < nnp_row(&c->weight[0]); j++)
        sum += rho * log(rho / q[j]) + (1 - rho) * log((1 - rho) / (1 - q[j]));
    c->result = sum;
    return NNP_OK;
}

static int backward(nnp_ctx *c, void *self)
{
    const struct kl_sparse *s = self;
    size_t  rows = (size_t)c->weight[0].shape[0], units = nnp_row(&c->weight[0]);
    double *slope = c->scratch[0].data;
    float  *dh = nnp_f32(&c->dweight[0]);

    if (!dh)
        return NNP_OK;
    means(c);
    for (size_t j = 0; j < units; j++)
        slope[j] = c->factor / (double)rows *
                   ((1 - s->rho) / (1 - slope[j]) - s->rho / slope[j]);
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < units; j++)
            dh[r * units + j] += (float)slope[j];
    return NNP_OK;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "q_j = mean_i(w_ij); R = sum_j(rho log(rho / q_j) + (1 - rho) log((1 - "
               "rho) / (1 - q_j)))",
    .backward = "d(R, w_ij) = ((1 - rho) / (1 - q_j) - rho / q_j) / n",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component kl_sparse = {
    NNP_COMPONENT("regularizer", "kl_sparse"), .doc = "keeps the mean activity of every unit low",
    .takes = NNP_F32,
    .self_size = sizeof(struct kl_sparse), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(kl_sparse, NNP_OURS, &kl_sparse)
