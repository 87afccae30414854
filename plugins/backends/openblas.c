/* SPDX-License-Identifier: MIT */
/*
 * openblas: matrix products by OpenBLAS, through CBLAS, on the calling thread alone: the
 * host has threads of its own.
 */
#include <limits.h>
#include <string.h>

#include <cblas.h>

#include <nnpipe/plugin.h>

static int gemm(int ta, int tb, int64_t m, int64_t n, int64_t k, float alpha,
                const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
                float *c, int64_t ldc)
{
    if (m < 0 || n < 0 || k < 0 || m > INT_MAX || n > INT_MAX || k > INT_MAX ||
        lda > INT_MAX || ldb > INT_MAX || ldc > INT_MAX)
        return NNP_EINVAL;
    if (m == 0 || n == 0)
        return NNP_OK;
    cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans,
                tb ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k, alpha, a,
                (int)lda, b, (int)ldb, beta, c, (int)ldc);
    return NNP_OK;
}

static const void *extension(const char *id)
{
    if (strcmp(id, "nnp.gemm/1") != 0)
        return NULL;
    openblas_set_num_threads(1);
    return (const void *)gemm;
}

/* clang-format off */
static const nnp_component openblas = {
    NNP_COMPONENT("backend", "openblas"), .doc = "matrix products by OpenBLAS",
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(openblas, NNP_OURS, &openblas)
