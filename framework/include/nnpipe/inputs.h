/* SPDX-License-Identifier: MIT */
/*
 * Layers that join inputs of one shape, number by number, as a sum does:
 *
 *     return nnp_inputs_setup(c, "add");                     setup: refuses other shapes
 *     return nnp_inputs_join(c, sum);                        forward: y[i] = y[i] + x[i]
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_INPUTS_H
#define NNPIPE_INPUTS_H
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

enum { NNP_INPUTS_BLOCK = 1024 }; /* numbers that are joined before they are written */

/* "64 x 9 x 9": a row of it. */
static inline const char *nnp_inputs_row(const nnp_tensor *t, char *text, size_t room)
{
    size_t used = 0;

    if (t->ndim < 2)
        return "a single number";
    for (int32_t i = 1; i < t->ndim && used < room; i++)
        used += (size_t)snprintf(text + used, room - used,
                                 i > 1 ? " x %" PRId64 : "%" PRId64, t->shape[i]);
    return text;
}

/* y, and all inputs are as the first one; `layer` is also the verb, "cannot add". */
static inline int nnp_inputs_setup(nnp_ctx *c, const char *layer)
{
    const nnp_tensor *x = &c->in[0];
    char              a[128], b[128];

    for (uint32_t k = 0; k < c->n_in; k++) {
        const nnp_tensor *t = &c->in[k];

        if (t->ndim != x->ndim ||
            memcmp(t->shape, x->shape, (size_t)x->ndim * sizeof *x->shape) != 0)
            return nnp_fail(
                c, NNP_EINVAL,
                "cannot %s %s and %s (input %" PRIu32 "): equal shapes are needed", layer,
                nnp_inputs_row(x, a, sizeof a), nnp_inputs_row(t, b, sizeof b), k + 1);
    }
    return nnp_like(c, NNP_OUT, "y", x);
}

/* Joins x to y in place. */
typedef void nnp_inputs_fn(const float *x, float *y, size_t n);

struct nnp_inputs_job {
    nnp_ctx       *c;
    nnp_inputs_fn *join;
};

/* A block of all inputs is read before it is written, so out[0] may lie on any of them.
 */
static inline void nnp_inputs_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct nnp_inputs_job *j = (const struct nnp_inputs_job *)arg;
    const nnp_ctx               *c = j->c;
    float                        y[NNP_INPUTS_BLOCK];

    (void)worker;
    for (size_t i = begin, n; i < end; i += n) {
        n = end - i < NNP_INPUTS_BLOCK ? end - i : (size_t)NNP_INPUTS_BLOCK;
        memcpy(y, nnp_f32(&c->in[0]) + i, n * sizeof *y);
        for (uint32_t k = 1; k < c->n_in; k++)
            j->join(nnp_f32(&c->in[k]) + i, y, n);
        memcpy(nnp_f32(&c->out[0]) + i, y, n * sizeof *y);
    }
}

static inline int nnp_inputs_join(nnp_ctx *c, nnp_inputs_fn *join)
{
    struct nnp_inputs_job j = { c, join };

    return c->host->parallel(c, nnp_count(&c->in[0]), NNP_GRAIN, nnp_inputs_part, &j);
}
#endif
