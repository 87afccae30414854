/* SPDX-License-Identifier: MIT */
/*
 * L-BFGS with ten pairs in f64 (Liu and Nocedal 1989, "On the limited memory BFGS method"),
 * orthant-wise where absolute values are added (Andrew and Gao 2007, "Scalable training of
 * L1-regularized log-linear models"). One evaluation at a time, so that a pass over the
 * rows can be one:
 *
 *   nnp_lbfgs l = {...};           the point x and its memory, which are states
 *   if (nnp_lbfgs_step(&l, value, gradient there, evaluations before))
 *       x was moved: evaluate there
 *   else
 *       numbers[NNP_LBFGS_LEFT] is the largest number of the slope at x
 *
 * Header only, C99 and C++. One thread, so the bits do not depend on their number.
 */
#ifndef NNPIPE_LBFGS_H
#define NNPIPE_LBFGS_H
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { NNP_LBFGS_VALUE, NNP_LBFGS_STEP, NNP_LBFGS_MADE, NNP_LBFGS_LEFT, NNP_LBFGS_NUMBERS };

/* Rows of `vectors`: the point that was accepted, the gradient there, the direction from
 * it, and the pairs, of which number k lies in row k modulo PAIRS. */
enum {
    NNP_LBFGS_AT,
    NNP_LBFGS_SLOPE,
    NNP_LBFGS_WAY,
    NNP_LBFGS_S,
    NNP_LBFGS_PAIRS = 10,
    NNP_LBFGS_Y = NNP_LBFGS_S + NNP_LBFGS_PAIRS,
    NNP_LBFGS_VECTORS = NNP_LBFGS_Y + NNP_LBFGS_PAIRS
};

typedef struct nnp_lbfgs {
    int64_t       n;
    double       *x;       /* n: the point that was evaluated; the one to evaluate next */
    const double *g;       /* n: the gradient there, without that of the absolute values */
    double       *vectors; /* VECTORS x n, zeros at the beginning */
    double       *numbers; /* NUMBERS, zeros at the beginning */
    double       *work;    /* 2 n, of any value */
    double        l1;      /* how much the absolute values count ... */
    int64_t       every;   /* ... but those of the last of every so many numbers; 0: all */
    double        tol;     /* settled where no number of the slope is larger */
    int64_t       most;    /* evaluations */
} nnp_lbfgs;

static inline double nnp_lbfgs_dot(const double *a, const double *b, int64_t n)
{
    double s = 0;

    for (int64_t i = 0; i < n; i++)
        s += a[i] * b[i];
    return s;
}

static inline double *nnp_lbfgs_row(const nnp_lbfgs *l, int64_t row)
{
    return l->vectors + row * l->n;
}

static inline double *nnp_lbfgs_pair(const nnp_lbfgs *l, int64_t first, int64_t k)
{
    return nnp_lbfgs_row(l, first + k % NNP_LBFGS_PAIRS);
}

static inline double nnp_lbfgs_l1(const nnp_lbfgs *l, int64_t i)
{
    return l->every && i % l->every == l->every - 1 ? 0 : l->l1;
}

/* The slope with that of the absolute values, which have two sides at 0: the one that leads
 * down, or 0. */
static inline void nnp_lbfgs_slope(const nnp_lbfgs *l, const double *x, const double *g,
                                   double *to)
{
    for (int64_t i = 0; i < l->n; i++) {
        double by = nnp_lbfgs_l1(l, i);
        if (x[i] > 0 || (!(x[i] < 0) && g[i] + by < 0))
            to[i] = g[i] + by;
        else if (x[i] < 0 || g[i] - by > 0)
            to[i] = g[i] - by;
        else
            to[i] = by > 0 ? 0 : g[i];
    }
}

/* Minus the inverse curvature, as the pairs tell it, times p. */
static inline void nnp_lbfgs_turn(const nnp_lbfgs *l, const double *p, double *way)
{
    int64_t n = l->n, made = (int64_t)l->numbers[NNP_LBFGS_MADE];
    int64_t first = made > NNP_LBFGS_PAIRS ? made - NNP_LBFGS_PAIRS : 0;
    double  a[NNP_LBFGS_PAIRS], by = 1;

    memcpy(way, p, (size_t)n * sizeof *way);
    for (int64_t k = made; k-- > first;) {
        const double *s = nnp_lbfgs_pair(l, NNP_LBFGS_S, k);
        const double *y = nnp_lbfgs_pair(l, NNP_LBFGS_Y, k);
        a[k % NNP_LBFGS_PAIRS] = nnp_lbfgs_dot(s, way, n) / nnp_lbfgs_dot(s, y, n);
        for (int64_t i = 0; i < n; i++)
            way[i] -= a[k % NNP_LBFGS_PAIRS] * y[i];
        if (k == made - 1)
            by = nnp_lbfgs_dot(s, y, n) / nnp_lbfgs_dot(y, y, n);
    }
    for (int64_t i = 0; i < n; i++)
        way[i] *= by;
    for (int64_t k = first; k < made; k++) {
        const double *s = nnp_lbfgs_pair(l, NNP_LBFGS_S, k);
        const double *y = nnp_lbfgs_pair(l, NNP_LBFGS_Y, k);
        double        b = nnp_lbfgs_dot(y, way, n) / nnp_lbfgs_dot(s, y, n);
        for (int64_t i = 0; i < n; i++)
            way[i] += s[i] * (a[k % NNP_LBFGS_PAIRS] - b);
    }
    for (int64_t i = 0; i < n; i++)
        way[i] = -way[i];
}

/* The point at the step along the way; where absolute values count none crosses 0. */
static inline void nnp_lbfgs_try(const nnp_lbfgs *l, const double *p)
{
    const double *at = nnp_lbfgs_row(l, NNP_LBFGS_AT);
    const double *way = nnp_lbfgs_row(l, NNP_LBFGS_WAY);

    for (int64_t i = 0; i < l->n; i++) {
        double side = at[i] > 0 || at[i] < 0 ? at[i] : -p[i];
        l->x[i] = at[i] + l->numbers[NNP_LBFGS_STEP] * way[i];
        if (nnp_lbfgs_l1(l, i) > 0 && l->x[i] * side <= 0)
            l->x[i] = 0;
    }
}

/* A new direction from the point that was accepted. */
static inline void nnp_lbfgs_set_out(const nnp_lbfgs *l, const double *p)
{
    double *way = nnp_lbfgs_row(l, NNP_LBFGS_WAY);

    nnp_lbfgs_turn(l, p, way);
    for (int64_t i = 0; l->l1 > 0 && i < l->n; i++)
        way[i] = way[i] * p[i] < 0 ? way[i] : 0;
    if (!(nnp_lbfgs_dot(way, p, l->n) < 0)) {
        l->numbers[NNP_LBFGS_MADE] = 0;
        for (int64_t i = 0; i < l->n; i++)
            way[i] = -p[i];
    }
    l->numbers[NNP_LBFGS_STEP] = 1;
    if (!(l->numbers[NNP_LBFGS_MADE] > 0))
        l->numbers[NNP_LBFGS_STEP] = fmin(1, 1 / sqrt(nnp_lbfgs_dot(p, p, l->n)));
    nnp_lbfgs_try(l, p);
}

/* Armijo: is the point low enough for how far it is? Near the end the values are the same
 * but for their rounding, and the slopes tell it (Hager and Zhang 2005, "A new conjugate
 * gradient method with guaranteed descent and an efficient line search"). */
static inline int nnp_lbfgs_lower(const nnp_lbfgs *l, double value, const double *p)
{
    const double *at = nnp_lbfgs_row(l, NNP_LBFGS_AT);
    double        along = 0, there = 0, *q = l->work + l->n;
    double        before = l->numbers[NNP_LBFGS_VALUE];

    for (int64_t i = 0; i < l->n; i++)
        along += p[i] * (l->x[i] - at[i]);
    if (value <= before + 1e-4 * along)
        return 1;
    if (!(value <= before + 1e-12 * fabs(before)))
        return 0;
    nnp_lbfgs_slope(l, l->x, l->g, q);
    for (int64_t i = 0; i < l->n; i++)
        there += q[i] * (l->x[i] - at[i]);
    return there <= (2e-4 - 1) * along;
}

/* The pair of the step that was made, unless it tells nothing of the curvature. */
static inline void nnp_lbfgs_remember(const nnp_lbfgs *l)
{
    int64_t n = l->n, k = (int64_t)l->numbers[NNP_LBFGS_MADE];
    double *s = l->work, *y = l->work + n;

    for (int64_t i = 0; i < n; i++) {
        s[i] = l->x[i] - nnp_lbfgs_row(l, NNP_LBFGS_AT)[i];
        y[i] = l->g[i] - nnp_lbfgs_row(l, NNP_LBFGS_SLOPE)[i];
    }
    if (nnp_lbfgs_dot(s, y, n) <= 1e-10 * nnp_lbfgs_dot(y, y, n))
        return;
    memcpy(nnp_lbfgs_pair(l, NNP_LBFGS_S, k), s, (size_t)n * sizeof *s);
    memcpy(nnp_lbfgs_pair(l, NNP_LBFGS_Y, k), y, (size_t)n * sizeof *y);
    l->numbers[NNP_LBFGS_MADE]++;
}

/* x was evaluated: value and l->g, after so many evaluations. 1: another one at x, which
 * was moved; 0: x is the end. */
static inline int nnp_lbfgs_step(const nnp_lbfgs *l, double value, int64_t before)
{
    double *p = l->work, most = 0;
    int     last = before + 1 >= l->most;

    if (before) {
        nnp_lbfgs_slope(l, nnp_lbfgs_row(l, NNP_LBFGS_AT),
                        nnp_lbfgs_row(l, NNP_LBFGS_SLOPE), p);
        if (!last && l->numbers[NNP_LBFGS_STEP] > 1e-20 && !nnp_lbfgs_lower(l, value, p)) {
            l->numbers[NNP_LBFGS_STEP] /= 2;
            nnp_lbfgs_try(l, p);
            return 1;
        }
        nnp_lbfgs_remember(l);
    }
    l->numbers[NNP_LBFGS_VALUE] = value;
    memcpy(nnp_lbfgs_row(l, NNP_LBFGS_AT), l->x, (size_t)l->n * sizeof *p);
    memcpy(nnp_lbfgs_row(l, NNP_LBFGS_SLOPE), l->g, (size_t)l->n * sizeof *p);
    nnp_lbfgs_slope(l, l->x, l->g, p);
    for (int64_t i = 0; i < l->n; i++)
        most = fmax(most, fabs(p[i]));
    l->numbers[NNP_LBFGS_LEFT] = most;
    if (most <= l->tol || last)
        return 0;
    nnp_lbfgs_set_out(l, p);
    return 1;
}
#endif
