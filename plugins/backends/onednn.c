/* SPDX-License-Identifier: MIT */
/*
 * onednn: matrix products by oneDNN, whose kernels are made for the processor at hand
 * when they are first needed. It shares its work among OpenMP's threads; the host has
 * threads of its own, so each of them asks OpenMP for no other.
 */
#include <limits.h>
#include <string.h>

#include <omp.h>
#include <oneapi/dnnl/dnnl.h>

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
    omp_set_num_threads(1); /* of the calling thread */
    return dnnl_sgemm(ta ? 'T' : 'N', tb ? 'T' : 'N', m, n, k, alpha, a, lda, b, ldb,
                      beta, c, ldc) == dnnl_success
               ? NNP_OK
               : NNP_EINVAL;
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.gemm/1") == 0 ? (const void *)gemm : NULL;
}

/* clang-format off */
static const nnp_component onednn = {
    NNP_COMPONENT("backend", "onednn"), .doc = "matrix products by oneDNN",
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(onednn, NNP_OURS, &onednn)
