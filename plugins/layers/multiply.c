/* SPDX-License-Identifier: MIT */
/*
 * multiply: the product of its inputs, element by element: gates and masks.
 */
#include <nnpipe/formula.h>
#include <nnpipe/inputs.h>
#include <nnpipe/math.h>

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_inputs_setup(c, "multiply");
}

NNP_HOT static void multiply_by(const float *x, float *y, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] *= x[i];
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_inputs_join(c, multiply_by);
}

/* dx_k is dy times all other inputs; not y / x_k, which fails at 0. Input 0 comes last,
 * because its gradient may lie on dy. */
static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx *c = arg;
    float          dx[NNP_INPUTS_BLOCK];

    (void)worker;
    for (size_t i = begin; i < end; i += NNP_INPUTS_BLOCK) {
        size_t n = end - i < NNP_INPUTS_BLOCK ? end - i : NNP_INPUTS_BLOCK;

        for (uint32_t k = c->n_in; k-- > 0;) {
            if (!c->din[k].data)
                continue;
            memcpy(dx, nnp_f32(&c->dout[0]) + i, n * sizeof *dx);
            for (uint32_t other = 0; other < c->n_in; other++)
                if (other != k)
                    multiply_by(nnp_f32(&c->in[other]) + i, dx, n);
            memcpy(nnp_f32(&c->din[k]) + i, dx, n * sizeof *dx);
        }
    }
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, backward_part, c);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = prod_i(x_i)",
    .backward = "d(E, x_i) = y / x_i d(E, y)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component multiply = {
    NNP_COMPONENT("layer", "multiply"), .doc = "the product of its inputs, element by element",
    .takes = NNP_F32, .flags = NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD,
    .min_in = 2, .max_in = UINT32_MAX,
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(multiply, NNP_OURS, &multiply)
