/* SPDX-License-Identifier: MIT */
/* The host table that plugins call, on top of struct instance. What it is made of stands
 * here too, because it takes several files; nobody but the table calls it. */
#ifndef NNP_CALL_SERVICES_H
#define NNP_CALL_SERVICES_H
#include <nnpipe/convolve.h>
#include <nnpipe/data.h>
#include "call/instance.h"

extern const nnp_host services_host;

/* The instance whose frame this is. */
struct instance *services_of(nnp_ctx *c);
/* Where its work is cut up; NULL: on the thread that asks. */
struct pool *services_pool(nnp_ctx *c);
/* Keeps the reason, returns the code; from any thread. */
int services_fail(nnp_ctx *c, int code, const char *msg);
int services_declare(nnp_ctx *c, uint32_t role_flags, const char *name, uint32_t dtype,
                     uint32_t ndim, const int64_t *shape, const char *init);
int services_gemm(nnp_ctx *c, int ta, int tb, int64_t m, int64_t n, int64_t k, float alpha,
                  const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
                  float *out, int64_t ldc);
int services_product(nnp_ctx *c, int tb, int64_t m, int64_t n, int64_t k, const float *a,
                     const float *b, const float *bias, float *y);
void services_ready(nnp_ctx *c, const float *first, size_t n, size_t step, size_t count);
extern const nnp_convolve services_convolve;
extern const nnp_file     services_file;
/* Frees what services_file read for an instance; its owner calls it on closing. */
void services_file_release_all(struct instance *i);
#endif
