/* SPDX-License-Identifier: MIT */
/*
 * random: each value by itself, all equally likely (of a logarithmic range, all factors).
 *
 * Bergstra, Bengio (2012), "Random search for hyper-parameter optimization".
 */
#include <nnpipe/search.h>

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_search_point(c);
}

static int forward(nnp_ctx *c, void *self)
{
    const nnp_search *s = nnp_search_of(c);
    double           *x = (double *)c->out[0].data;

    (void)self;
    for (uint32_t i = 0; i < s->dims(c); i++)
        x[i] = nnp_dim_value(s->dim(c, i), nnp_search_draw(c, i));
    return NNP_OK;
}

static const nnp_component random_sampler = {
    NNP_COMPONENT("sampler", "random"),
    .doc = "values drawn by chance, each by itself",
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(random, NNP_OURS, &random_sampler)
