/* SPDX-License-Identifier: MIT */
/*
 * A loss that compares element by element and takes the mean of a row: setup, forward and
 * backward made of one function.
 *
 *     NNP_HOT static int map(const void *self, const float *x, const float *t,
 *                            float *loss, float *dx, size_t n)
 *
 * gives for n elements of the prediction x and the target t the loss, and what it changes
 * by with x: dx, unless that is NULL. 0, or a positive number when something is wrong
 * with a target: forward and backward then return it, all rows done. It is called from
 * several threads.
 *
 *     return nnp_loss_setup(c);                 the shapes; declares "loss", one a row
 *     return nnp_loss_forward(c, self, map);
 *     return nnp_loss_backward(c, self, map);   NNP_LOSS_IN_BACKWARD: dx and the loss
 *
 * With a mask m, in[2], the mean is weighted, sum m L / sum m; a row without any weight
 * has loss 0 (shapes: nnpipe/pairs.h). Sums are in double precision, in eight of them
 * side by side. Header only, C99 and C++.
 */
#ifndef NNPIPE_LOSS_H
#define NNPIPE_LOSS_H
#include <nnpipe/math.h>
#include <nnpipe/pairs.h>
#include <nnpipe/plugin.h>

typedef int nnp_loss_map(const void *self, const float *x, const float *t, float *loss,
                         float *dx, size_t n);

enum { NNP_LOSS_BLOCK = 256 }; /* elements that are looked at together */

struct nnp_loss_job {
    nnp_ctx      *c;
    const void   *self;
    nnp_loss_map *map;
    int           back, wrong; /* wrong: set by any worker */
};

/* The elements i..i+n of a row as floats: in place, or in buf if they are of another type
 * or the row is shorter and repeats: a mask (rows,1,H,W) for (rows,C,H,W). */
static inline const float *nnp_loss_block(const nnp_tensor *t, size_t row, size_t i,
                                          size_t n, float *buf)
{
    size_t d = nnp_row(t);

    if (nnp_type(t) == NNP_F32 && i + n <= d)
        return nnp_f32(t) + row * d + i;
    for (size_t k = 0; k < n; k++)
        buf[k] = (float)nnp_number(t, row * d + (i + k) % d);
    return buf;
}

/* What the sum over a row is divided by. */
static inline double nnp_loss_weight(const nnp_ctx *c, size_t row)
{
    size_t d = nnp_row(&c->in[0]), m = c->n_in > 2 ? nnp_row(&c->in[2]) : 0;
    double sum = 0;

    for (size_t i = 0; i < m; i++)
        sum += nnp_number(&c->in[2], row * m + i);
    return m ? sum * (double)(d / m) : (double)d;
}

static inline int nnp_loss_setup(nnp_ctx *c)
{
    const nnp_tensor *x = &c->in[0];

    if (nnp_type(x) != NNP_F32 || x->ndim < 1)
        return nnp_fail(c, NNP_ENOTSUP, "the prediction must be rows of f32");
    int rc = nnp_pairs_check(c);
    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "loss", NNP_F32, 1, x->shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* sum m v, m NULL: ones. */
NNP_HOT static double nnp_loss_sum(const float *v, const float *m, size_t n)
{
    double part[8] = { 0 };
    size_t i = 0;

    for (; !m && i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            part[k] += (double)v[i + k];
    for (; m && i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            part[k] += (double)(m[i + k] * v[i + k]);
    for (; i < n; i++)
        part[i % 8] += (double)(m ? m[i] * v[i] : v[i]);
    return ((part[0] + part[1]) + (part[2] + part[3])) +
           ((part[4] + part[5]) + (part[6] + part[7]));
}

NNP_HOT static void nnp_loss_scale(float *dx, float by, const float *m, size_t n)
{
    if (!m) {
        NNP_LANES
        for (size_t i = 0; i < n; i++)
            dx[i] *= by;
        return;
    }
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] *= by * m[i];
}

static inline void nnp_loss_rows(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct nnp_loss_job *j = (struct nnp_loss_job *)arg;
    nnp_ctx             *c = j->c;
    size_t               d = nnp_row(&c->in[0]);
    float                tbuf[NNP_LOSS_BLOCK], mbuf[NNP_LOSS_BLOCK], loss[NNP_LOSS_BLOCK];
    float               *all = j->back ? nnp_f32(&c->din[0]) : NULL;
    int                  wrong = 0;

    (void)worker;
    for (size_t r = begin; r < end; r++) {
        double sum = 0, weight = nnp_loss_weight(c, r);
        float  by = 0;

        if (all && weight > 0)
            by = (float)((double)nnp_f32(&c->dout[0])[r] / weight);
        for (size_t i = 0; i < d; i += NNP_LOSS_BLOCK) {
            size_t       n = d - i < NNP_LOSS_BLOCK ? d - i : (size_t)NNP_LOSS_BLOCK;
            const float *t = nnp_loss_block(&c->in[1], r, i, n, tbuf);
            const float *m =
                c->n_in > 2 ? nnp_loss_block(&c->in[2], r, i, n, mbuf) : NULL;
            float *dx = all ? all + r * d + i : NULL;

            wrong |= j->map(j->self, nnp_f32(&c->in[0]) + r * d + i, t, loss, dx, n);
            sum += nnp_loss_sum(loss, m, n);
            if (dx)
                nnp_loss_scale(dx, by, m, n);
        }
        nnp_f32(&c->out[0])[r] = weight > 0 ? (float)(sum / weight) : 0;
    }
    if (wrong)
        __atomic_store_n(&j->wrong, wrong, __ATOMIC_RELAXED);
}

static inline int nnp_loss_run(struct nnp_loss_job *j)
{
    size_t grain = 1 + NNP_GRAIN / (nnp_row(&j->c->in[0]) + 1);
    int    rc =
        j->c->host->parallel(j->c, (size_t)j->c->in[0].shape[0], grain, nnp_loss_rows, j);

    return rc ? rc : j->wrong;
}

static inline int nnp_loss_forward(nnp_ctx *c, const void *self, nnp_loss_map *map)
{
    struct nnp_loss_job j = { c, self, map, 0, 0 };

    return nnp_loss_run(&j);
}

static inline int nnp_loss_backward(nnp_ctx *c, const void *self, nnp_loss_map *map)
{
    struct nnp_loss_job j = { c, self, map, 1, 0 };

    return nnp_loss_run(&j);
}

/* setup, forward and backward of a loss that is nothing but its map. */
#define NNP_LOSS(map)                                                                    \
    static int setup(nnp_ctx *c, void *self)                                             \
    {                                                                                    \
        (void)self;                                                                      \
        return nnp_loss_setup(c);                                                        \
    }                                                                                    \
    static int forward(nnp_ctx *c, void *self)                                           \
    {                                                                                    \
        return nnp_loss_forward(c, self, map);                                           \
    }                                                                                    \
    static int backward(nnp_ctx *c, void *self)                                          \
    {                                                                                    \
        return nnp_loss_backward(c, self, map);                                          \
    }
#endif
