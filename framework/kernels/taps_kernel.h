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
extern const struct taps_isa taps_avx2, taps_avx512;
#endif
#endif

#ifdef TAPS_ISA
enum { TAPS_ROWS = 4, TAPS_ACROSS = 3, TAPS_ALONE = 8 };

typedef VEC taps_loose __attribute__((aligned(4), may_alias));

/* rows and nv are constants at each use: the sums live in registers. */
INLINE void product_block(int rows, int nv, const struct taps_job *p, int64_t i,
                          int64_t j, int64_t n)
{
    VEC          sum[TAPS_ROWS][TAPS_ALONE];
    const float *a = p->a + i * p->lda, *x = p->x + j;

#pragma GCC unroll 4
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
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) {
            VEC one = a[r * p->lda + k] - (VEC){ 0 };
#pragma GCC unroll 8
            for (int v = 0; v < nv; v++)
                sum[r][v] = MADD(one, row[v], sum[r][v]);
        }
    }
#pragma GCC unroll 4
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

static void product_rows(const struct taps_job *p, int64_t i, int64_t j, int64_t n)
{
    int nv = (int)((n + WIDTH - 1) / WIDTH);

    if (nv >= 3)
        product_block(TAPS_ROWS, 3, p, i, j, n);
    else if (nv == 2)
        product_block(TAPS_ROWS, 2, p, i, j, n);
    else
        product_block(TAPS_ROWS, 1, p, i, j, n);
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
    int64_t whole = p->m / TAPS_ROWS * TAPS_ROWS;

    for (int64_t j = 0; whole && j < p->n; j += TAPS_ACROSS * WIDTH)
        for (int64_t i = 0; i < whole; i += TAPS_ROWS)
            product_rows(p, i, j, p->n - j);
    for (int64_t i = whole; i < p->m; i++)
        product_alone(p, i);
}

INLINE void correlate_block(int rows, int nk, const struct taps_job *p, int64_t i,
                            int64_t k)
{
    VEC          sum[TAPS_ROWS][TAPS_ALONE];
    const float *x[TAPS_ALONE], *y = p->a + i * p->lda;

#pragma GCC unroll 8
    for (int q = 0; q < nk; q++)
        x[q] = p->x + p->at[k + q];
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
        for (int q = 0; q < nk; q++)
            sum[r][q] = (VEC){ 0 };
    for (int64_t j = 0; j < p->n; j += WIDTH) {
        VEC down[TAPS_ROWS];
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++)
            down[r] = *(const taps_loose *)(y + r * p->lda + j);
#pragma GCC unroll 8
        for (int q = 0; q < nk; q++) {
            VEC one = *(const taps_loose *)(x[q] + j);
#pragma GCC unroll 4
            for (int r = 0; r < rows; r++)
                sum[r][q] = MADD(down[r], one, sum[r][q]);
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
        for (int q = 0; q < nk; q++)
            p->c[(i + r) * p->ldc + k + q] += lanes_sum(sum[r][q]);
}

static void correlate(const struct taps_job *p)
{
    int64_t i = 0, k;

    for (; i + TAPS_ROWS <= p->m; i += TAPS_ROWS) {
        for (k = 0; k + TAPS_ACROSS <= p->k; k += TAPS_ACROSS)
            correlate_block(TAPS_ROWS, TAPS_ACROSS, p, i, k);
        for (; k < p->k; k++)
            correlate_block(TAPS_ROWS, 1, p, i, k);
    }
    for (; i < p->m; i++) {
        for (k = 0; k + TAPS_ALONE <= p->k; k += TAPS_ALONE)
            correlate_block(1, TAPS_ALONE, p, i, k);
        for (; k < p->k; k++)
            correlate_block(1, 1, p, i, k);
    }
}

const struct taps_isa TAPS_ISA = { product, correlate };
#endif
