/* SPDX-License-Identifier: MIT */
/*
 * blis: matrix products by BLIS, on the calling thread alone: the host has threads of its
 * own. BLIS takes a step between rows and one between columns of every matrix, so a
 * transposed one is the same with the steps exchanged.
 */
#include <limits.h>
#include <string.h>

#include <blis.h>

#include <nnpipe/plugin.h>

static int gemm(int ta, int tb, int64_t m, int64_t n, int64_t k, float alpha,
                const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
                float *c, int64_t ldc)
{
    float *x = (float *)(uintptr_t)a, *y = (float *)(uintptr_t)b; /* read, not written */

    if (m < 0 || n < 0 || k < 0 || m > INT_MAX || n > INT_MAX || k > INT_MAX ||
        lda > INT_MAX || ldb > INT_MAX || ldc > INT_MAX)
        return NNP_EINVAL;
    if (m == 0 || n == 0)
        return NNP_OK;
    bli_sgemm(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, m, n, k, &alpha, x, ta ? 1 : lda,
              ta ? lda : 1, y, tb ? 1 : ldb, tb ? ldb : 1, &beta, c, ldc, 1);
    return NNP_OK;
}

static const void *extension(const char *id)
{
    if (strcmp(id, "nnp.gemm/1") != 0)
        return NULL;
    bli_thread_set_num_threads(1);
    return (const void *)gemm;
}

/* clang-format off */
static const nnp_component blis = {
    NNP_COMPONENT("backend", "blis"), .doc = "matrix products by BLIS",
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(blis, NNP_OURS, &blis)
