/* SPDX-License-Identifier: MIT */
/* An optimizer against a trajectory of tests/reference/optimizers.py: the same four
 * weights, the same gradients, ten steps. */
#ifndef TEST_OPTIMIZERS_FOLLOW_H
#define TEST_OPTIMIZERS_FOLLOW_H
#include "support/nnt.h"

struct trajectory {
    const char *yaml;
    double      w[10][4];
};

static inline struct nnt *follow_open(const char *name, const char *yaml)
{
    struct nnt *t = nnt_open("optimizer", name, yaml);

    nnt_weight(t, S(4), V(0.5, -0.25, 0.125, -0.75));
    nnt_setup(t);
    t->ctx->flags |= NNP_DECAY;
    return t;
}

static inline void follow_step(struct nnt *t, int step)
{
    double g[4];

    for (int i = 0; i < 4; i++)
        g[i] = ((7 * step + 5 * i) % 11 - 5) / 8.0;
    nnt_set(&t->dweight[0], V(g[0], g[1], g[2], g[3]));
    t->ctx->step = (uint64_t)step;
    nnt_forward(t);
}

static inline void follow(const char *name, const struct trajectory *r)
{
    struct nnt *t = follow_open(name, r->yaml);

    for (int step = 0; step < 10; step++) {
        const double *w = r->w[step];

        follow_step(t, step);
        nnt_expect_tol(&t->weight[0], V(w[0], w[1], w[2], w[3]), 1e-6);
    }
    nnt_close(t);
}

/* Weights that the pipeline excepts from decay (biases) take the steps of a run without
 * it. */
static inline void follow_without_decay(const char *name, const char *with,
                                        const char *without)
{
    struct nnt *a = follow_open(name, with), *b = follow_open(name, without);

    a->ctx->flags &= ~(uint32_t)NNP_DECAY;
    for (int step = 0; step < 10; step++) {
        follow_step(a, step);
        follow_step(b, step);
    }
    for (size_t i = 0; i < 4; i++)
        ck_assert_double_eq(nnt_get(&a->weight[0], i), nnt_get(&b->weight[0], i));
    nnt_close(a);
    nnt_close(b);
}

/* The rate is what the host says (a schedule, a factor), not the parameter. */
static inline void follow_rate(const char *name)
{
    struct nnt *a = follow_open(name, "{lr: 0.5}"), *b = follow_open(name, "{lr: 0.125}");

    b->ctx->lr = 0.5;
    for (int step = 0; step < 3; step++) {
        follow_step(a, step);
        follow_step(b, step);
    }
    for (size_t i = 0; i < 4; i++)
        ck_assert_double_eq(nnt_get(&a->weight[0], i), nnt_get(&b->weight[0], i));
    nnt_close(a);
    nnt_close(b);
}

/* More elements than a chunk of the pool has: each is treated as the first one is. */
static inline void follow_many(const char *name, const char *yaml)
{
    struct nnt *t = nnt_open("optimizer", name, yaml);

    nnt_weight(t, S(40001), V0);
    nnt_setup(t);
    for (int step = 0; step < 2; step++) {
        nnt_fill(&t->dweight[0], 0.5);
        t->ctx->step = (uint64_t)step;
        nnt_forward(t);
    }
    ck_assert_double_ne(nnt_get(&t->weight[0], 0), 0);
    for (size_t i = 0; i < 40001; i++)
        ck_assert_double_eq(nnt_get(&t->weight[0], i), nnt_get(&t->weight[0], 0));
    nnt_close(t);
}
#endif
