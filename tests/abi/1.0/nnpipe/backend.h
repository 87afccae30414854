/* SPDX-License-Identifier: MIT */
/*
 * backend: matrix products by a library. The component needs no slot but
 * extension("nnp.gemm/1"), which returns an nnp_gemm_fn, or NULL if this machine cannot
 * run it. It computes what host->gemm does, C[m,n] = alpha op(A) op(B) + beta C, on the
 * calling thread: the host cuts a product in parts and calls it from several threads at
 * once.
 */
#ifndef NNPIPE_BACKEND_H
#define NNPIPE_BACKEND_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef int nnp_gemm_fn(int ta, int tb, int64_t m, int64_t n, int64_t k, float alpha,
                        const float *a, int64_t lda, const float *b, int64_t ldb,
                        float beta, float *c, int64_t ldc);

#ifdef __cplusplus
}
#endif
#endif
