/* SPDX-License-Identifier: MIT */
/*
 * The two products of a convolution by taps for one instruction set: with a matrix whose
 * row k is x[at[k]], x[at[k] + 1], ..., on the calling thread. Like matmul_kernel.h it is
 * included once by each matmul_ISA.c, which defines VEC, WIDTH and MADD.
 *
 * One image, padded and laid out flat; a tap of the kernel is the same picture from
 * another place on, so a matrix of columns is never written down:
 *
 *     x:  0 0 0 0 0 . . . . 0 . . . . 0 . . . . 0 0 0 0 0
 *         |at[0]      |at[1]      one row of the product's matrix begins at each
 *
 *     product     c[i][j]  = bias[i] + sum over k of a[i][k] x[at[k] + j]
 *                 a block of ROWS x 3 vectors of j in registers, k going up: one sum an
 *                 element, whatever its block
 *     correlate   c[i][k] += sum over j of y[i][j] x[at[k] + j]
 *                 a block of ROWS x 3 taps, each a vector of WIDTH sums over every
 *                 WIDTH-th j, which are added up at the end in the order of a tree
 */
#ifndef NNP_KERNELS_TAPS_KERNEL_H
#define NNP_KERNELS_TAPS_KERNEL_H
#include <stdint.h>

/* TAPS_BEHIND floats behind the last one of x are read and must be finite. How an element
 * is summed depends on k or n alone. */
enum { TAPS_STEP = 16, TAPS_BEHIND = 128 };

struct taps_job {
    int64_t        m, n, k;
    const float   *a; /* product: [m, k]; correlate: [m, n]; its rows are lda long */
    int64_t        lda;
    const float   *x;
    const int64_t *at;   /* k of them */
    const float   *bias; /* product: m of them, or NULL */
    float         *c;    /* product: [m, n]; correlate: [m, k]; its rows are ldc long */
    int64_t        ldc;
};

struct taps_isa {
    void (*product)(const struct taps_job *);
    void (*correlate)(const struct taps_job *); /* n is a multiple of TAPS_STEP */
};

extern const struct taps_isa taps_base;
#if defined __x86_64__ && defined __GNUC__
extern const struct taps_isa      taps_avx2, taps_avx512;
#endif
#endif

#ifdef TAPS_ISA
#ifndef TAPS_TALL
#define TAPS_TALL 4
#endif
#ifdef GRID
#define TAPS_SIDE 4
#else
#define TAPS_SIDE 3
#endif

/* Rows at once, as registers allow; the last ones go by TAPS_FEW, then alone. A sum is
 * the same in each of these: what is added to it, and when, depends on k or n. */
enum {
    TAPS_ROWS = TAPS_TALL,
    TAPS_FEW = 4,
    TAPS_ACROSS = 3,         /* vectors of a row of a product */
    TAPS_BESIDE = TAPS_SIDE, /* taps of a correlation */
    TAPS_ALONE = 8,
    TAPS_NEAR = 4096 /* floats of rows that all taps go over before the next rows come */
};

typedef VEC taps_loose __attribute__((aligned(4), may_alias));

/* rows and nv are constants at each use: the sums live in registers. */
INLINE void product_block(int rows, int nv, const struct taps_job *p, int64_t i,
                          int64_t j, int64_t n)
{
    VEC          sum[TAPS_ROWS][TAPS_ALONE];
    const float *a = p->a + i * p->lda, *x = p->x + j;

#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
        for (int v = 0; v < nv; v++)
            sum[r][v] = (p->bias ? p->bias[i + r] : 0.0f) - (VEC){ 0 };
    for (int64_t k = 0; k < p->k; k++) {
        const float *from = x + p->at[k];
        VEC          row[TAPS_ALONE];
#pragma GCC unroll 8
        for (int v = 0; v < nv; v++)
            row[v] = *(const taps_loose *)(from + v * WIDTH);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            VEC one = a[r * p->lda + k] - (VEC){ 0 };
#pragma GCC unroll 8
            for (int v = 0; v < nv; v++)
                sum[r][v] = MADD(one, row[v], sum[r][v]);
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
        float *to = p->c + (i + r) * p->ldc + j;
#pragma GCC unroll 8
        for (int v = 0; v < nv; v++)
            if ((v + 1) * WIDTH <= n)
                *(taps_loose *)(to + v * WIDTH) = sum[r][v];
            else
                for (int64_t q = v * WIDTH; q < n; q++)
                    to[q] = sum[r][v][q - v * WIDTH];
    }
}

INLINE void product_rows(int rows, const struct taps_job *p, int64_t i, int64_t j,
                         int64_t n)
{
    int nv = (int)((n + WIDTH - 1) / WIDTH);

    if (nv >= 3)
        product_block(rows, 3, p, i, j, n);
    else if (nv == 2)
        product_block(rows, 2, p, i, j, n);
    else
        product_block(rows, 1, p, i, j, n);
}

static void product_alone(const struct taps_job *p, int64_t i)
{
    int64_t j = 0;

    for (; p->n - j > 4 * WIDTH; j += TAPS_ALONE * WIDTH)
        product_block(1, TAPS_ALONE, p, i, j, p->n - j);
    for (; j < p->n; j += 4 * WIDTH)
        product_block(1, 4, p, i, j, p->n - j);
}

static void product(const struct taps_job *p)
{
    int64_t tall = p->m / TAPS_ROWS * TAPS_ROWS, whole = p->m / TAPS_FEW * TAPS_FEW;

    for (int64_t j = 0; whole && j < p->n; j += TAPS_ACROSS * WIDTH) {
        for (int64_t i = 0; i < tall; i += TAPS_ROWS)
            product_rows(TAPS_ROWS, p, i, j, p->n - j);
        for (int64_t i = tall; i < whole; i += TAPS_FEW)
            product_rows(TAPS_FEW, p, i, j, p->n - j);
    }
    for (int64_t i = whole; i < p->m; i++)
        product_alone(p, i);
}

/* Each of c's elements grows by the lanes of its sum. */
INLINE void correlate_add(int rows, int nk, VEC sum[TAPS_ROWS][TAPS_ALONE], float *c,
                          int64_t ldc)
{
#ifdef GRID
    if (rows == TAPS_FEW && nk == TAPS_BESIDE) {
        VEC v[16];

#pragma GCC unroll 16
        for (int i = 0; i < 16; i++)
            v[i] = sum[i % 4][i / 4];
        VEC all = GRID(v);
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++)
            c[i / 4 * ldc + i % 4] += all[i];
        return;
    }
#endif
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
        for (int q = 0; q < nk; q++)
            c[r * ldc + q] += lanes_sum(sum[r][q]);
}

INLINE void correlate_block(int rows, int nk, const struct taps_job *p, int64_t i,
                            int64_t k)
{
    VEC          sum[TAPS_ROWS][TAPS_ALONE];
    const float *x[TAPS_ALONE], *y = p->a + i * p->lda;

#pragma GCC unroll 8
    for (int q = 0; q < nk; q++)
        x[q] = p->x + p->at[k + q];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
        for (int q = 0; q < nk; q++)
            sum[r][q] = (VEC){ 0 };
    for (int64_t j = 0; j < p->n; j += WIDTH) {
        VEC down[TAPS_ROWS];
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            down[r] = *(const taps_loose *)(y + r * p->lda + j);
#pragma GCC unroll 8
        for (int q = 0; q < nk; q++) {
            VEC one = *(const taps_loose *)(x[q] + j);
#pragma GCC unroll 8
            for (int r = 0; r < rows; r++)
                sum[r][q] = MADD(down[r], one, sum[r][q]);
        }
    }
    correlate_add(rows, nk, sum, p->c + i * p->ldc + k, p->ldc);
}

/* Rows i to last of c, `rows` at a time, which divides them: for the taps k to k + nk -
 * 1, whose stretches of x stay in the nearest cache meanwhile. */
INLINE void correlate_down(int rows, int nk, const struct taps_job *p, int64_t i,
                           int64_t last, int64_t k)
{
    for (; i < last; i += rows)
        correlate_block(rows, nk, p, i, k);
}

/* ... and all taps. */
INLINE void correlate_rows(int rows, int across, const struct taps_job *p, int64_t i,
                           int64_t last)
{
    int64_t k = 0;

    for (; k + across <= p->k; k += across)
        correlate_down(rows, across, p, i, last, k);
    for (; k < p->k; k++)
        correlate_down(rows, 1, p, i, last, k);
}

static void correlate(const struct taps_job *p)
{
    int64_t whole = p->m / TAPS_FEW * TAPS_FEW,
            chunk = TAPS_NEAR / p->n / TAPS_FEW * TAPS_FEW;

    chunk = chunk < TAPS_FEW ? TAPS_FEW : chunk;
    for (int64_t i = 0; i < whole; i += chunk)
        correlate_rows(TAPS_FEW, TAPS_BESIDE, p, i,
                       whole - i < chunk ? whole : i + chunk);
    correlate_rows(1, TAPS_ALONE, p, whole, p->m);
}

const struct taps_isa TAPS_ISA = { product, correlate };
#endif
