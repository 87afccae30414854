/* SPDX-License-Identifier: MIT */
/* What every activation must do, whatever it computes; the values are in its own test. */
#ifndef NNT_LAYERS_ELEMENTWISE_H
#define NNT_LAYERS_ELEMENTWISE_H
#include <math.h>
#include "support/nnt.h"

/* y from x, and dx where all dy are 1. */
static inline void elementwise_maps(const char *name, const char *yaml,
                                    struct nnt_values x, struct nnt_values y,
                                    struct nnt_values dx)
{
    struct nnt *t = nnt_open("layer", name, yaml);

    nnt_in(t, NNP_F32, S(1, (int64_t)x.n), x);
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, (int64_t)x.n));
    nnt_expect(&t->out[0], y);
    nnt_backward(t);
    nnt_expect(&t->din[0], dx);
    nnt_infer(t);
    nnt_expect(&t->out[0], y);
    nnt_close(t);
}

/* dx is dy times the derivative, not added to what is there. */
static inline void elementwise_gradient(const char *name, const char *yaml, uint64_t seed)
{
    struct nnt *t = nnt_open("layer", name, yaml);

    nnt_in(t, NNP_F32, S(3, 5, 2, 4), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -3, 3, seed);
    nnt_gradient(t, seed);
    nnt_close(t);
}

/* More than two chunks of `parallel` and an odd rest: a number comes out the same to the
 * bit wherever it stands. */
static inline void elementwise_is_the_same_anywhere(const char *name, const char *yaml)
{
    enum { FEW = 61, MANY = 40009 };
    struct nnt *t = nnt_open("layer", name, yaml), *big = nnt_open("layer", name, yaml);

    nnt_in(t, NNP_F32, S(FEW), V0);
    nnt_in(big, NNP_F32, S(MANY), V0);
    nnt_setup(t);
    nnt_setup(big);
    nnt_random(&t->in[0], -6, 6, 5);
    for (size_t i = 0; i < MANY; i++)
        nnp_f32(&big->in[0])[i] = nnp_f32(&t->in[0])[i % FEW];
    nnt_forward(t);
    nnt_backward(t);
    nnt_forward(big);
    nnt_backward(big);
    for (size_t i = 0; i < MANY; i++) {
        ck_assert_msg(nnt_get(&big->out[0], i) == nnt_get(&t->out[0], i % FEW),
                      "out %zu is %.9g, %.9g elsewhere", i, nnt_get(&big->out[0], i),
                      nnt_get(&t->out[0], i % FEW));
        ck_assert_msg(nnt_get(&big->din[0], i) == nnt_get(&t->din[0], i % FEW),
                      "din %zu is %.9g, %.9g elsewhere", i, nnt_get(&big->din[0], i),
                      nnt_get(&t->din[0], i % FEW));
    }
    nnt_close(t);
    nnt_close(big);
}

/* NaN stays NaN and does not spread; values and gradients at +-1e4 are low and high. */
static inline void elementwise_at_extremes(const char *name, const char *yaml,
                                           struct nnt_values y, struct nnt_values dx)
{
    struct nnt *t = nnt_open("layer", name, yaml);

    nnt_in(t, NNP_F32, S(1, 3), V(-1e4, 1e4, 0));
    nnt_forward(t);
    nnt_backward(t);
    for (size_t i = 0; i < 2; i++) {
        nnt_expect_number(nnt_get(&t->out[0], i), y.v[i], 1e-6);
        nnt_expect_number(nnt_get(&t->din[0], i), dx.v[i], 1e-6);
    }
    nnt_close(t);

    t = nnt_open("layer", name, yaml);
    nnt_in(t, NNP_F32, S(1, 3), V(0.5, 1, 2));
    nnt_forward(t);
    double first = nnt_get(&t->out[0], 0), last = nnt_get(&t->out[0], 2);
    nnt_set(&t->in[0], V(0.5, NAN, 2));
    nnt_forward(t);
    ck_assert(isnan(nnt_get(&t->out[0], 1)));
    nnt_expect_number(nnt_get(&t->out[0], 0), first, 0);
    nnt_expect_number(nnt_get(&t->out[0], 2), last, 0);
    nnt_close(t);
}
#endif
