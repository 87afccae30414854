/* SPDX-License-Identifier: MIT */
/*
 * reshape: gives each row another shape, the numbers in the same order. One size may be
 * -1: it follows from the others.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/plugin.h>

struct reshape {
    nnp_list shape;
};

enum { MOST = 7 }; /* sizes behind the rows */

static const nnp_param params[] = {
    { "shape", NNP_INTS | NNP_MAIN, offsetof(struct reshape, shape), NULL, "[-1,inf)",
      "the new shape of a row; -1: follows from the other sizes", NULL },
};

/* "1 x 28 x 28" */
static const char *list_text(const int64_t *v, uint32_t n, char *text, size_t room)
{
    size_t used = 0;

    for (uint32_t i = 0; i < n && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, i ? " x %" PRId64 : "%" PRId64,
                                 v[i]);
    return text;
}

static int refuse(nnp_ctx *c, int64_t row, const nnp_list *l, const char *why)
{
    char list[160];

    list_text(l->v, l->n, list, sizeof list);
    return nnp_fail(c, NNP_EINVAL, "cannot put rows of %" PRId64 " numbers into %s%s",
                    row, list, why);
}

/* The shape of a row with its -1 replaced. */
static int resolve(nnp_ctx *c, int64_t row, const nnp_list *l, int64_t *shape)
{
    const int64_t *v = l->v;
    int64_t        known = 1, open = -1;

    for (uint32_t i = 0; i < l->n; i++) {
        shape[i] = v[i];
        if (v[i] == 0)
            return refuse(c, row, l, ": a size is 0");
        if (v[i] < 0 && open >= 0)
            return refuse(c, row, l, ": only one size can be -1");
        if (v[i] < 0)
            open = i;
        else if (__builtin_mul_overflow(known, v[i], &known))
            return refuse(c, row, l, "");
    }
    if (open < 0)
        return known == row ? NNP_OK : refuse(c, row, l, "");
    if (row % known)
        return refuse(c, row, l, "");
    shape[open] = row / known;
    return NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    const struct reshape *s = self;
    const nnp_tensor     *x = &c->in[0];
    int64_t               shape[1 + MOST];

    if (x->ndim < 1)
        return nnp_fail(c, NNP_EINVAL, "reshape takes rows of numbers");
    if (s->shape.n > MOST)
        return nnp_fail(c, NNP_EINVAL, "a row has at most 7 axes");
    shape[0] = x->shape[0];
    int rc = resolve(c, (int64_t)nnp_row(x), &s->shape, shape + 1);
    if (rc)
        return rc;
    return c->host->declare(c, NNP_OUT, "y", NNP_F32, 1 + s->shape.n, shape, NULL);
}

/* In place there is nothing to do. */
static int pass(const nnp_tensor *from, const nnp_tensor *to)
{
    if (to->data && to->data != from->data)
        memcpy(to->data, from->data, nnp_count(from) * sizeof(float));
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return pass(&c->in[0], &c->out[0]);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    return pass(&c->dout[0], &c->din[0]);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y_k = x_k",
    .backward = "d(E, x_k) = d(E, y_k)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component reshape = {
    NNP_COMPONENT("layer", "reshape"), .doc = "gives each row another shape",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD,
    .self_size = sizeof(struct reshape), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(reshape, NNP_OURS, &reshape)
