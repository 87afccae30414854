/* SPDX-License-Identifier: MIT */
/* The host's own matrix product, f32, row-major: small, portable, vectorized by the
 * compiler and cut into fixed tiles over the pool, so that the result never depends on
 * the threads. */
#ifndef NNP_KERNELS_MATMUL_H
#define NNP_KERNELS_MATMUL_H
#include <stdint.h>
#include "base/pool.h"

/* What happens to C in its last step, where beta is 0. */
struct matmul_end {
    const float *bias; /* n of them, added to each row; or NULL */
    /* Told of each part of C that is final, on the thread that computed it; or NULL. */
    void (*ready)(void *arg, const float *c, int64_t rows, int64_t columns, int64_t ldc);
    void *arg;
};

/* C[m,n] = alpha op(A) op(B) + beta C; ta: A is stored [k,m] with row length lda. beta 0
 * does not read C; then comes `end`, unless NULL. k 0 scales C. Each element of C is one
 * sum in the order of k (in blocks of a fixed size), whatever m, n and the pool; where C
 * is one row and B transposed, or one column and A not, it is a few sums side by side,
 * again whatever the pool. */
void matmul(struct pool *p, int ta, int tb, int64_t m, int64_t n, int64_t k, float alpha,
            const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
            float *c, int64_t ldc, const struct matmul_end *end);
#endif
