/* SPDX-License-Identifier: MIT */
/*
 * dense: y = x W' + b, every unit sees every feature; x is (rows, features), W is
 * (units, features), b is (units). An input of higher rank counts as rows of features.
 *
 * W starts as in Glorot, Bengio (2010), "Understanding the difficulty of training deep
 * feedforward neural networks", b as zeros. The three products are the host's; what
 * follows on y, or on dx, happens where it is still in the cache.
 */
#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct dense {
    int64_t     units;
    int32_t     bias;
    const char *activation;
};

enum { COLUMNS = 64 }; /* of the bias gradient, summed up together */

static const nnp_param params[] = {
    { "units", NNP_INT | NNP_MAIN, offsetof(struct dense, units), NULL, "[1,inf)",
      "output features", NULL },
    { "bias", NNP_BOOL, offsetof(struct dense, bias), "true", NULL,
      "add a learned offset to each unit", NULL },
    { "activation", NNP_STR | NNP_FOLLOWED_BY, offsetof(struct dense, activation), "",
      NULL, "layer to put behind this one, `relu`", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    const struct dense *s = self;
    const nnp_tensor   *x = &c->in[0];

    if (x->ndim < 1)
        return nnp_fail(c, NNP_EINVAL, "dense takes rows of features");
    int64_t out[2] = { x->shape[0], s->units };
    int64_t weight[2] = { s->units, (int64_t)nnp_row(x) };
    int     rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, 2, out, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT, "weight", NNP_F32, 2, weight,
                              "glorot_uniform");
    if (rc >= 0 && s->bias)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "bias", NNP_F32, 1, &s->units,
                              "zeros");
    return rc < 0 ? rc : NNP_OK;
}

static nnp_product_fn *product_of(nnp_ctx *c)
{
    nnp_product_fn *p = (nnp_product_fn *)c->host->extension(c, "nnp.product/1");

    if (!p)
        nnp_fail(c, NNP_ENOTSUP, "dense needs a host with nnp.product/1");
    return p;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct dense *s = self;
    int64_t             rows = c->in[0].shape[0], features = (int64_t)nnp_row(&c->in[0]);
    const float        *x = nnp_f32(&c->in[0]), *w = nnp_f32(&c->weight[0]);
    float              *y = nnp_f32(&c->out[0]);

    nnp_product_fn *product = product_of(c);

    if (!product)
        return NNP_ENOTSUP;
    return product(c, 1, rows, s->units, features, x, w,
                   s->bias ? nnp_f32(&c->weight[1]) : NULL, y);
}

/* The sum over the rows, in their order, of n columns of dy is added to db, or is db. */
NNP_HOT static void sum_rows(const float *dy, size_t rows, size_t units, float *db,
                             size_t n, int set)
{
    float sum[COLUMNS] = { 0 };

    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < n; i++)
            sum[i] += dy[row * units + i];
    for (size_t i = 0; i < n; i++)
        db[i] = set ? sum[i] : db[i] + sum[i];
}

static void bias_gradient(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;
    size_t rows = (size_t)c->dout[0].shape[0], units = (size_t)c->dout[0].shape[1];

    (void)worker;
    for (size_t i = begin * COLUMNS; i < end * COLUMNS && i < units; i += COLUMNS)
        sum_rows(nnp_f32(&c->dout[0]) + i, rows, units, nnp_f32(&c->dweight[1]) + i,
                 units - i < COLUMNS ? units - i : COLUMNS, c->beta == 0);
}

static int backward(nnp_ctx *c, void *self)
{
    const struct dense *s = self;
    int64_t             rows = c->in[0].shape[0], features = (int64_t)nnp_row(&c->in[0]);
    const float        *dy = nnp_f32(&c->dout[0]);
    nnp_product_fn     *product = product_of(c);
    int                 rc = product ? NNP_OK : NNP_ENOTSUP;

    if (!rc && c->dweight[0].data)
        rc = c->host->gemm(c, 1, 0, s->units, features, rows, 1, dy, s->units,
                           nnp_f32(&c->in[0]), features, c->beta, nnp_f32(&c->dweight[0]),
                           features);
    if (!rc && s->bias && c->dweight[1].data)
        rc = c->host->parallel(c, ((size_t)s->units + COLUMNS - 1) / COLUMNS,
                               1 + NNP_GRAIN / COLUMNS / ((size_t)rows + 1),
                               bias_gradient, c);
    if (!rc && c->din[0].data)
        rc = product(c, 0, rows, features, s->units, dy, nnp_f32(&c->weight[0]), NULL,
                     nnp_f32(&c->din[0]));
    return rc;
}

static int terms(nnp_ctx *c, const void *self, int64_t element, const nnp_terms *t)
{
    const struct dense *s = self;
    int64_t             features = (int64_t)nnp_row(&c->in[0]);
    int64_t             row = element / s->units, unit = element % s->units;
    int                 rc = NNP_OK;

    if (s->bias)
        rc = t->add(t->arg, 1, nnp_of_weight(1, unit), nnp_of_nothing());
    for (int64_t k = 0; k < features && rc >= 0; k++)
        rc = t->add(t->arg, 1, nnp_of_weight(0, unit * features + k),
                    nnp_of_in(0, row * features + k));
    return rc;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y_j = b_j + sum_k(w_jk x_k)",
    .backward = "d(E, x_k) = sum_j(w_jk d(E, y_j))",
    .weight = "d(E, w_jk) = d(E, y_j) x_k; d(E, b_j) = d(E, y_j)",
    .terms = terms,
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component dense = {
    NNP_COMPONENT("layer", "dense"), .doc = "x W' + b: every unit sees every feature",
    .takes = NNP_F32, .flags = NNP_FREE_OUT | NNP_READY | NNP_BETA,
    .self_size = sizeof(struct dense), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(dense, NNP_OURS, &dense)
