/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/backend.h>
#include "support/nnt.h"

#include <math.h>

#include "conformance/probe.h"

/* BACKEND comes from the makefile: this file is built once for each of them. */

/* The product as anyone would write it; element (i,j) of op(A) and op(B). */
static double element(const float *a, bool transposed, int64_t ld, int64_t i, int64_t j)
{
    return (double)(transposed ? a[j * ld + i] : a[i * ld + j]);
}

static nnp_gemm_fn *gemm_of(struct nnt *t)
{
    return (nnp_gemm_fn *)t->probe->inst.type->desc->extension("nnp.gemm/1");
}

static void fill(float *x, size_t n, int seed)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(((int)i * 7 + seed * 5) % 23 - 11) / 8;
}

/* m n k of all transpositions; rows are longer than they need be, C is read or not. */
START_TEST(agrees_with_the_definition)
{
    enum { M = 5, N = 7, K = 9, LD = 11 };
    int   ta = _i & 1, tb = _i >> 1 & 1;
    float beta = _i & 4 ? 0.5f : 0, a[LD * LD], b[LD * LD], c[LD * LD], want[LD * LD];
    struct nnt  *t = nnt_open("backend", BACKEND, NULL);
    nnp_gemm_fn *gemm = gemm_of(t);

    fill(a, LD * LD, 1);
    fill(b, LD * LD, 2);
    fill(c, LD * LD, 3);
    for (int64_t i = 0; i < LD * LD; i++)
        want[i] = c[i]; /* outside of C nothing changes */
    for (int64_t i = 0; i < M; i++)
        for (int64_t j = 0; j < N; j++) {
            double sum = 0;

            for (int64_t l = 0; l < K; l++)
                sum += element(a, ta, LD, i, l) * element(b, tb, LD, l, j);
            want[i * LD + j] = (float)(2 * sum + (double)(beta * c[i * LD + j]));
            if (beta == 0)
                c[i * LD + j] = NAN; /* must not be read */
        }
    ck_assert_int_eq(gemm(ta, tb, M, N, K, 2, a, LD, b, LD, beta, c, LD), NNP_OK);
    for (int64_t i = 0; i < LD * LD; i++)
        nnt_expect_number((double)c[i], (double)want[i], 1e-6);
    nnt_close(t);
}
END_TEST

START_TEST(nothing_to_do_is_no_error)
{
    struct nnt  *t = nnt_open("backend", BACKEND, NULL);
    nnp_gemm_fn *gemm = gemm_of(t);
    float        x = 3;

    ck_assert_int_eq(gemm(0, 0, 0, 1, 1, 1, &x, 1, &x, 1, 0, &x, 1), NNP_OK);
    ck_assert_int_eq(gemm(0, 0, 1, 1, -1, 1, &x, 1, &x, 1, 0, &x, 1), NNP_EINVAL);
    ck_assert_int_eq(gemm(0, 0, 1, 1, (int64_t)1 << 40, 1, &x, 1, &x, 1, 0, &x, 1),
                     NNP_EINVAL);
    ck_assert_double_eq((double)x, 3);
    nnt_close(t);
}
END_TEST

START_TEST(knows_no_other_extension)
{
    struct nnt *t = nnt_open("backend", BACKEND, NULL);

    ck_assert_ptr_null(t->probe->inst.type->desc->extension("nnp.gemm/2"));
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create(BACKEND);
    TCase *t = tcase_create("backend");

    tcase_add_loop_test(t, agrees_with_the_definition, 0, 8);
    tcase_add_test(t, nothing_to_do_is_no_error);
    tcase_add_test(t, knows_no_other_extension);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
