/* SPDX-License-Identifier: MIT */
/*
 * one_hot: a class number k becomes a row of zeros with a one at k. Input (rows) or
 * (rows, ..., 1) of any type, output f32 (rows, ..., classes).
 */
#include <string.h>

#include <nnpipe/plugin.h>

enum { MAX_AXES = 8 };

struct one_hot {
    int64_t classes;
};

static const nnp_param params[] = {
    { "classes", NNP_INT | NNP_MAIN, offsetof(struct one_hot, classes), NULL,
      "[1,100000000]", "number of classes; $data.classes is that of the data", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    const struct one_hot *s = self;
    const nnp_tensor     *x = &c->in[0];
    int32_t n = x->ndim > 1 && x->shape[x->ndim - 1] == 1 ? x->ndim - 1 : x->ndim;
    int64_t shape[MAX_AXES];

    if (x->ndim < 1 || n >= MAX_AXES)
        return nnp_fail(c, NNP_ENOTSUP, "rows of at most 7 axes are needed");
    memcpy(shape, x->shape, (size_t)n * sizeof *shape);
    shape[n] = s->classes;
    int rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, (uint32_t)n + 1, shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct one_hot *s = self;
    const nnp_tensor     *x = &c->in[0];
    float                *y = nnp_f32(&c->out[0]);

    memset(y, 0, nnp_count(&c->out[0]) * sizeof *y);
    for (size_t i = 0, n = nnp_count(x); i < n; i++) {
        double k = nnp_number(x, i);

        if (k >= 0 && k < (double)s->classes && (double)(int64_t)k == k) {
            y[i * (size_t)s->classes + (size_t)k] = 1;
            continue;
        }
        return nnp_fail(c, NNP_EIO,
                        "row %zu of the batch: %g is no class number in 0..%lld",
                        i / nnp_row(x), k, (long long)s->classes - 1);
    }
    return NNP_OK;
}

static const nnp_component one_hot = {
    NNP_COMPONENT("transform", "one_hot"),
    .doc = "class numbers as rows of zeros with a one",
    .self_size = sizeof(struct one_hot),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(one_hot, NNP_OURS, &one_hot)
