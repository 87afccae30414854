/* SPDX-License-Identifier: MIT */
/*
 * The dual of a support vector machine of two classes, by SMO with a working set of second
 * order (Fan, Chen, Lin 2005), as LIBSVM does without shrinking:
 *
 *   nnp_smo o = {.k = kernel, .C = 1, .tol = 1e-3};
 *   nnp_smo_place(&o, most rows, work, cache, numbers of it);
 *   o.x, o.d, o.n, o.y: rows, columns, number of rows, 1 or -1 for each
 *   rc = nnp_smo_solve(c, &o);                 o.alpha, o.bias
 *
 * Rows of the kernel are kept in `cache`; the one that was used longest ago goes. Of equal
 * rows the earlier is taken. One thread but for the kernel, so the bits do not depend on
 * their number. Header only.
 */
#ifndef NNPIPE_SMO_H
#define NNPIPE_SMO_H
#include <math.h>
#include <string.h>

#include <nnpipe/kernel.h>

enum { NNP_SMO_WORK = 9 }; /* f64 numbers a row that it works in */

typedef struct nnp_smo {
    nnp_svm_kernel   k;
    double       C, tol, bias;
    const float *x; /* n rows of d numbers */
    int64_t      n, d;
    double      *y, *alpha, *slope, *own, *square; /* n each; own: the kernel with itself */
    int32_t     *which; /* n, for the caller */
    float       *cache;
    int64_t      room;  /* numbers of it */
    int64_t     *slot, *of, *used; /* of a row: its slot or -1; of a slot: row, time */
    int64_t      slots, time;
} nnp_smo;

static inline void nnp_smo_place(nnp_smo *o, int64_t most, double *work, float *cache,
                                 int64_t room)
{
    o->y = work;
    o->alpha = work + most;
    o->slope = work + 2 * most;
    o->own = work + 3 * most;
    o->square = work + 4 * most;
    o->slot = (int64_t *)(void *)(work + 5 * most);
    o->of = (int64_t *)(void *)(work + 6 * most);
    o->used = (int64_t *)(void *)(work + 7 * most);
    o->which = (int32_t *)(void *)(work + 8 * most);
    o->cache = cache;
    o->room = room;
}

static inline int nnp_smo_fill(nnp_ctx *c, const nnp_smo *o, int64_t row, int64_t rows,
                               float *to)
{
    nnp_kernel_rows r = { o->x + row * o->d, o->x, o->square + row, o->square, rows, o->n,
                          o->d,              o->n, to };

    return nnp_kernel_fill(c, &o->k, &r);
}

/* Where all rows find room they are made at once. */
static inline int nnp_smo_begin(nnp_ctx *c, nnp_smo *o)
{
    int rc = 0;

    o->slots = o->room / o->n < o->n ? o->room / o->n : o->n;
    o->time = 0;
    for (int64_t i = 0; i < o->n; i++) {
        const float *x = o->x + i * o->d;
        o->square[i] = nnp_kernel_dot(x, x, o->d);
        o->own[i] = nnp_kernel_value(&o->k, o->square[i], o->square[i], o->square[i]);
        o->alpha[i] = 0;
        o->slope[i] = -1;
        o->slot[i] = o->slots == o->n ? i : -1;
        o->of[i] = -1;
        o->used[i] = 0;
    }
    for (int64_t i = 0; o->slots == o->n && !rc && i < o->n; i += 256)
        rc = nnp_smo_fill(c, o, i, o->n - i < 256 ? o->n - i : 256, o->cache + i * o->n);
    return rc;
}

/* Row i of the kernel; NULL: the host failed. */
static inline const float *nnp_smo_row(nnp_ctx *c, nnp_smo *o, int64_t i)
{
    int64_t oldest = 0;

    if (o->slots < o->n && o->slot[i] < 0) {
        for (int64_t s = 1; s < o->slots; s++)
            oldest = o->used[s] < o->used[oldest] ? s : oldest;
        if (o->of[oldest] >= 0)
            o->slot[o->of[oldest]] = -1;
        o->of[oldest] = i;
        o->slot[i] = oldest;
        if (nnp_smo_fill(c, o, i, 1, o->cache + oldest * o->n))
            return NULL;
    }
    if (o->slots < o->n)
        o->used[o->slot[i]] = ++o->time;
    return o->cache + o->slot[i] * o->n;
}

/* May the row go up (way 1) or down in y alpha? */
static inline int nnp_smo_may(const nnp_smo *o, int64_t i, double way)
{
    return o->y[i] * way > 0 ? o->alpha[i] < o->C : o->alpha[i] > 0;
}

static inline double nnp_smo_bend(const nnp_smo *o, const float *row, int64_t i, int64_t j)
{
    double a = o->own[i] + o->own[j] - 2 * (double)row[j];

    return a > 0 ? a : 1e-12;
}

/* The row that violates most upwards, and how much; -1: none may go up. */
static inline int64_t nnp_smo_first(const nnp_smo *o, double *up)
{
    int64_t best = -1;

    *up = -INFINITY;
    for (int64_t i = 0; i < o->n; i++)
        if (nnp_smo_may(o, i, 1) && -o->y[i] * o->slope[i] > *up) {
            *up = -o->y[i] * o->slope[i];
            best = i;
        }
    return best;
}

/* The partner with which the objective falls most; -1: no pair violates by more than tol.
 */
static inline int64_t nnp_smo_second(const nnp_smo *o, const float *row, int64_t i,
                                     double up)
{
    int64_t best = -1;
    double  most = INFINITY, down = -INFINITY;

    for (int64_t j = 0; j < o->n; j++) {
        double v = o->y[j] * o->slope[j], by = up + v;
        if (!nnp_smo_may(o, j, -1))
            continue;
        down = v > down ? v : down;
        if (by > 0 && -by * by / nnp_smo_bend(o, row, i, j) < most) {
            most = -by * by / nnp_smo_bend(o, row, i, j);
            best = j;
        }
    }
    return up + down < o->tol ? -1 : best;
}

/* Moves a pair along y'alpha = constant as far as it is good, and within 0..C. */
static inline void nnp_smo_move(nnp_smo *o, const float *ri, const float *rj, int64_t i,
                                int64_t j)
{
    double violated = -o->y[i] * o->slope[i] + o->y[j] * o->slope[j];
    double by = violated / nnp_smo_bend(o, ri, i, j);
    double ai = o->alpha[i], aj = o->alpha[j];
    double room_i = o->y[i] > 0 ? o->C - ai : ai, room_j = o->y[j] > 0 ? aj : o->C - aj;

    by = by > room_i ? room_i : by;
    by = by > room_j ? room_j : by;
    /* At a bound exactly, or it would count as free. */
    o->alpha[i] = by < room_i ? ai + o->y[i] * by : o->y[i] > 0 ? o->C : 0;
    o->alpha[j] = by < room_j ? aj - o->y[j] * by : o->y[j] > 0 ? 0 : o->C;
    for (int64_t k = 0; k < o->n; k++)
        o->slope[k] += o->y[k] * by * ((double)ri[k] - (double)rj[k]);
}

/* The mean over free rows, or the middle of what those at a bound allow. */
static inline void nnp_smo_bias(nnp_smo *o)
{
    double sum = 0, free_rows = 0, most = INFINITY, least = -INFINITY;

    for (int64_t i = 0; i < o->n; i++) {
        double v = o->y[i] * o->slope[i];
        if (o->alpha[i] > 0 && o->alpha[i] < o->C) {
            sum += v;
            free_rows++;
        } else if (nnp_smo_may(o, i, 1)) {
            most = v < most ? v : most;
        } else {
            least = v > least ? v : least;
        }
    }
    if (free_rows > 0)
        o->bias = -sum / free_rows;
    else if (isfinite(most) && isfinite(least))
        o->bias = -(most + least) / 2;
    else
        o->bias = isfinite(most) ? -most : isfinite(least) ? -least : 0;
}

static inline int nnp_smo_solve(nnp_ctx *c, nnp_smo *o)
{
    int64_t most = 1000000 + 100 * o->n;
    double  up;
    int     rc = nnp_smo_begin(c, o);

    /* Sums of so many roundings cannot be told apart more closely. */
    o->tol = o->tol > 1e-10 ? o->tol : 1e-10;

    for (int64_t step = 0; !rc && step < most; step++) {
        int64_t      i = nnp_smo_first(o, &up);
        const float *ri = i < 0 ? NULL : nnp_smo_row(c, o, i), *rj;
        if (i >= 0 && !ri)
            return NNP_EBUG;
        int64_t j = i < 0 ? -1 : nnp_smo_second(o, ri, i, up);
        if (j < 0)
            break;
        if (!(rj = nnp_smo_row(c, o, j)))
            return NNP_EBUG;
        double before = o->alpha[i], other = o->alpha[j];
        nnp_smo_move(o, ri, rj, i, j);
        if (!(fabs(o->alpha[i] - before) > 0) && !(fabs(o->alpha[j] - other) > 0))
            break;
    }
    nnp_smo_bias(o);
    return rc;
}
#endif
