/* SPDX-License-Identifier: MIT */
/*
 * sobol: points that fill the space evenly, for any number of them. The sequence of Sobol
 * in Gray-code order (Antonov, Saleev 1979), of 32 bits, each dimension xor-ed with one
 * draw: see <nnpipe/sobol.h>.
 */
#include <nnpipe/sobol.h>

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_search_point(c);
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    nnp_sobol_point(c, nnp_search_of(c), (double *)c->out[0].data);
    return NNP_OK;
}

static const nnp_component sobol = {
    NNP_COMPONENT("sampler", "sobol"),
    .doc = "points that fill the space evenly",
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(sobol, NNP_OURS, &sobol)
