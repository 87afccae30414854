/* SPDX-License-Identifier: MIT */
/*
 * hinge: margin loss of support vector machines.
 *
 * One class number per row of several scores s (Weston and Watkins 1998), with y the
 * class: L = 1/classes sum over j != y of max(0, margin - s_y + s_j) Otherwise every
 * score has a target of its own, 0 or -1 against 1 (Cortes and Vapnik 1995), and L is the
 * mean over the row's elements of max(0, margin - y s), y = -1 or 1. One-hot targets
 * therefore train one machine per class against the rest. At the margin itself the
 * gradient is 0.
 *
 * Where every score has its own target the output "prediction" is the class of the
 * score's sign, coded as `targets` says. With class numbers the scores speak for
 * themselves.
 */
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/plugin.h>

struct hinge {
    double  margin;
    int32_t targets;
};

static const nnp_param params[] = {
    { "margin", NNP_REAL | NNP_MAIN, offsetof(struct hinge, margin), "1", "(0,inf)",
      "score from which a right answer costs nothing", NULL },
    { "targets", NNP_ENUM, offsetof(struct hinge, targets), "zero_one",
      "zero_one|plus_minus", "classes of the prediction: 0 and 1, or -1 and 1", NULL },
};

/* Several scores but one target a row: a class number. */
static int is_multiclass(const nnp_ctx *c)
{
    return nnp_row(&c->in[0]) > 1 && nnp_row(&c->in[1]) == 1;
}

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0], *t = &c->in[1];
    int               rc;

    (void)self;
    if (nnp_type(x) != NNP_F32 || x->ndim < 1)
        return nnp_fail(c, NNP_ENOTSUP, "the prediction must be rows of f32");
    if (t->ndim < 1 || t->shape[0] != x->shape[0] ||
        (nnp_row(t) != nnp_row(x) && nnp_row(t) != 1))
        return nnp_fail(
            c, NNP_EINVAL,
            "the prediction has %zu scores a row, the target %zu numbers: as many, or "
            "one class number, are needed",
            nnp_row(x), nnp_row(t));
    rc = c->host->declare(c, NNP_OUT, "loss", NNP_F32, 1, x->shape, NULL);
    if (rc >= 0 && !is_multiclass(c))
        rc = nnp_like(c, NNP_OUT, "prediction", x);
    return rc < 0 ? rc : NNP_OK;
}

static int check_targets(nnp_ctx *c)
{
    double classes = is_multiclass(c) ? (double)nnp_row(&c->in[0]) : 0;

    for (size_t i = 0, n = nnp_count(&c->in[1]); i < n; i++) {
        double t = nnp_number(&c->in[1], i);

        if (classes > 0 ? t >= 0 && t < classes && t == floor(t)
                        : t == -1 || t == 0 || t == 1)
            continue;
        if (classes > 0)
            return nnp_fail(c, NNP_EIO,
                            "row %zu of the batch has class %g; the prediction has 0..%g",
                            i, t, classes - 1);
        else
            return nnp_fail(c, NNP_EIO,
                            "row %zu of the batch has target %g, none of -1, 0, 1",
                            i / nnp_row(&c->in[1]), t);
    }
    return NNP_OK;
}

/* Loss of a row; dx, if not NULL, is set to dout times its gradient. */
static double multiclass(nnp_ctx *c, size_t row, float margin, float *dx)
{
    size_t       d = nnp_row(&c->in[0]), y = (size_t)nnp_number(&c->in[1], row), over = 0;
    const float *s = nnp_f32(&c->in[0]) + row * d;
    float        scale = dx ? nnp_f32(&c->dout[0])[row] / (float)d : 0;
    double       sum = 0;

    for (size_t j = 0; j < d; j++) {
        float e = j == y ? 0 : margin - s[y] + s[j];

        if (dx)
            dx[j] = e > 0 ? scale : 0;
        over += e > 0;
        sum += e <= 0 ? 0 : (double)e;
    }
    if (dx)
        dx[y] = -scale * (float)over;
    return sum / (double)d;
}

static double binary(nnp_ctx *c, size_t row, float margin, float *dx)
{
    size_t       d = nnp_row(&c->in[0]);
    const float *s = nnp_f32(&c->in[0]) + row * d;
    float        scale = dx ? nnp_f32(&c->dout[0])[row] / (float)d : 0;
    double       sum = 0;

    for (size_t i = 0; i < d; i++) {
        float y = nnp_number(&c->in[1], row * d + i) > 0 ? 1 : -1;
        float e = margin - y * s[i];

        if (dx)
            dx[i] = e > 0 ? -scale * y : 0;
        sum += e <= 0 ? 0 : (double)e; /* this way round, a NaN stays one */
    }
    return d ? sum / (double)d : 0;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct hinge *h = self;
    int                 rc;

    if (c->n_out > 1 && c->out[1].data)
        for (size_t i = 0, n = nnp_count(&c->in[0]); i < n; i++)
            nnp_f32(&c->out[1])[i] = nnp_f32(&c->in[0])[i] > 0 ? 1 : h->targets ? -1 : 0;
    if (!c->in[1].data)
        return NNP_OK; /* only the prediction is wanted */
    rc = check_targets(c);
    for (int64_t r = 0; !rc && r < c->in[0].shape[0]; r++)
        nnp_f32(&c->out[0])[r] =
            (float)(is_multiclass(c) ? multiclass(c, (size_t)r, (float)h->margin, NULL)
                                     : binary(c, (size_t)r, (float)h->margin, NULL));
    return rc;
}

static int backward(nnp_ctx *c, void *self)
{
    const struct hinge *h = self;
    size_t              d = nnp_row(&c->in[0]);

    if (!c->din[0].data)
        return NNP_OK;
    for (size_t r = 0; r < (size_t)c->in[0].shape[0]; r++) {
        float *dx = nnp_f32(&c->din[0]) + r * d;

        if (is_multiclass(c))
            multiclass(c, r, (float)h->margin, dx);
        else
            binary(c, r, (float)h->margin, dx);
    }
    return NNP_OK;
}

static const nnp_formula of_classes = {
    .size = sizeof of_classes,
    .forward = "L = sum_{j != t}(max(0, margin - x_t + x_j)) / N",
    .backward = "d(L, x_j) = [margin - x_t + x_j > 0] / N",
};

static const nnp_formula *choose(const nnp_ctx *c, const void *self)
{
    (void)self;
    return c && is_multiclass(c) ? &of_classes : NULL;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "s = 2 [t > 0] - 1; L = max(0, margin - s x)",
    .backward = "s = 2 [t > 0] - 1; L' = -s [margin > s x]",
    .choose = choose,
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component hinge = {
    NNP_COMPONENT("loss", "hinge"), .doc = "margin loss for two or more classes",
    .flags = NNP_FREE_OUT, .min_in = 2, .max_in = 2,
    .self_size = sizeof(struct hinge), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(hinge, NNP_OURS, &hinge)
