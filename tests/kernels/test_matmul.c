/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "kernels/matmul.h"
#include "kernels/matmul_kernel.h"
#include "base/rng.h"

struct product {
    int     ta, tb;
    int64_t m, n, k;
    float   alpha, beta;
    int64_t lda, ldb, ldc;
    float  *a, *b, *c;
};

static float *numbers(const char *name, int64_t n)
{
    float *x = malloc((size_t)(n + 1) * sizeof *x);

    ck_assert_ptr_nonnull(x);
    rng_uniform(rng_key(1, name, 0), 0, x, (size_t)n);
    for (int64_t i = 0; i < n; i++)
        x[i] = 2 * x[i] - 1;
    return x;
}

/* Rows are `gap` longer than needed, so that a wrong row length shows. */
static struct product make(int ta, int tb, int64_t m, int64_t n, int64_t k, int gap)
{
    struct product p = { .ta = ta, .tb = tb, .m = m, .n = n, .k = k, .alpha = 1 };

    p.lda = (ta ? m : k) + gap;
    p.ldb = (tb ? k : n) + gap;
    p.ldc = n + gap;
    p.a = numbers("a", (ta ? k : m) * p.lda);
    p.b = numbers("b", (tb ? n : k) * p.ldb);
    p.c = numbers("c", m * p.ldc);
    return p;
}

static void drop(struct product *p)
{
    free(p->a);
    free(p->b);
    free(p->c);
}

static void run(const struct product *p, struct pool *pool, float *c)
{
    matmul(pool, p->ta, p->tb, p->m, p->n, p->k, p->alpha, p->a, p->lda, p->b, p->ldb,
           p->beta, c, p->ldc, NULL);
}

static double element(const struct product *p, int64_t i, int64_t j, double *size)
{
    double sum = 0;

    *size = 1;
    for (int64_t q = 0; q < p->k; q++) {
        double term = (double)(p->ta ? p->a[q * p->lda + i] : p->a[i * p->lda + q]) *
                      (double)(p->tb ? p->b[j * p->ldb + q] : p->b[q * p->ldb + j]);
        sum += term;
        *size += fabs(term);
    }
    return sum;
}

static void compare(const struct product *p, const float *before, const float *after)
{
    for (int64_t i = 0; i < p->m; i++)
        for (int64_t j = 0; j < p->n; j++) {
            double size, old = p->beta == 0 ? 0 : (double)before[i * p->ldc + j];
            double want =
                (double)p->alpha * element(p, i, j, &size) + (double)p->beta * old;
            double got = (double)after[i * p->ldc + j];
            ck_assert_msg(fabs(got - want) <= 1e-6 * size,
                          "%d%d %dx%dx%d at %d,%d: %.9g instead of %.9g", p->ta, p->tb,
                          (int)p->m, (int)p->n, (int)p->k, (int)i, (int)j, got, want);
        }
    for (int64_t i = 0; i + 1 < p->m; i++) /* the gap between rows is not ours */
        for (int64_t j = p->n; j < p->ldc; j++)
            ck_assert(before[i * p->ldc + j] == after[i * p->ldc + j]);
}

static float *copy_of_c(const struct product *p)
{
    float *c = malloc((size_t)(p->m * p->ldc + 1) * sizeof *c);

    ck_assert_ptr_nonnull(c);
    memcpy(c, p->c, (size_t)(p->m * p->ldc) * sizeof *c);
    return c;
}

static const int sizes[] = { 1, 2, 3, 5, 6, 7, 8, 12, 13, 16, 17, 31, 33, 65 };

enum { SIZES = sizeof sizes / sizeof *sizes };

START_TEST(agrees_with_double_precision) /* _i: ta, tb */
{
    static const float factors[][2] = { { 1, 0 }, { 1, 1 }, { 0.5f, -0.25f }, { -2, 0 } };
    int                turn = 0;

    for (int i = 0; i < SIZES; i++)
        for (int j = 0; j < SIZES; j++)
            for (int k = 0; k < SIZES; k += 3, turn++) {
                struct product p =
                    make(_i & 1, _i >> 1, sizes[i], sizes[j], sizes[k], turn % 3);
                float *c = copy_of_c(&p);
                p.alpha = factors[turn % 4][0];
                p.beta = factors[turn % 4][1];
                run(&p, NULL, c);
                compare(&p, p.c, c);
                free(c);
                drop(&p);
            }
}
END_TEST

static const int64_t large[][3] = {
    { 300, 270, 600 }, { 200, 10, 784 }, { 1, 1000, 513 },
    { 700, 1, 300 },   { 4, 300, 257 },  { 193, 257, 255 },
};

START_TEST(agrees_when_cut_into_blocks)
{
    for (int t = 0; t < 4; t++) {
        struct product p =
            make(t & 1, t >> 1, large[_i][0], large[_i][1], large[_i][2], 1);
        float *c = copy_of_c(&p);
        p.beta = t == 2;
        run(&p, NULL, c);
        compare(&p, p.c, c);
        free(c);
        drop(&p);
    }
}
END_TEST

START_TEST(has_the_same_bits_for_any_pool)
{
    for (int t = 0; t < 4; t++) {
        struct product p =
            make(t & 1, t >> 1, large[_i][0], large[_i][1], large[_i][2], 0);
        float *alone = copy_of_c(&p);
        run(&p, NULL, alone);
        for (unsigned threads = 2; threads <= 7; threads += 1 + threads / 3) {
            struct pool *pool = pool_open(threads);
            float       *c = copy_of_c(&p);
            run(&p, pool, c);
            ck_assert_mem_eq(c, alone, (size_t)(p.m * p.n) * sizeof *c);
            free(c);
            pool_close(pool);
        }
        free(alone);
        drop(&p);
    }
}
END_TEST

/* The part rows i.., columns j.. of p as a product of its own. */
static void run_part(const struct product *p, int64_t i, int64_t j, int64_t m, int64_t n,
                     float *c, int64_t ldc)
{
    matmul(NULL, p->ta, p->tb, m, n, p->k, p->alpha, p->ta ? p->a + i : p->a + i * p->lda,
           p->lda, p->tb ? p->b + j * p->ldb : p->b + j, p->ldb, p->beta, c, ldc, NULL);
}

/* A row with B transposed, or a column with A not, is summed along B or A as it lies. */
static int in_order(const struct product *p, int row)
{
    return row ? !p->tb : p->ta;
}

START_TEST(an_element_has_the_same_bits_in_any_company)
{
    for (int t = 0; t < 4; t++) {
        struct product p = make(t & 1, t >> 1, 29, 41, 300, 2);
        float         *c = copy_of_c(&p);
        p.alpha = 0.3f;
        p.beta = 0.7f;
        run(&p, NULL, c);
        for (int64_t i = 0; i + 1 < p.m; i += 3) {
            int64_t n = in_order(&p, 1) ? 1 : 2;
            float   rows[2 * 64];
            memcpy(rows, p.c + i * p.ldc, (size_t)(n * p.ldc) * sizeof *rows);
            run_part(&p, i, 0, n, p.n, rows, p.ldc);
            ck_assert_mem_eq(rows, c + i * p.ldc, (size_t)p.n * sizeof *rows);
        }
        for (int64_t j = 0; j + 1 < p.n; j += 5) {
            int64_t n = in_order(&p, 0) ? 1 : 2;
            float   columns[2 * 64];
            for (int64_t i = 0; i < p.m * n; i++)
                columns[i] = p.c[i / n * p.ldc + j + i % n];
            run_part(&p, 0, j, p.m, n, columns, n);
            for (int64_t i = 0; i < p.m; i++)
                ck_assert_mem_eq(&columns[i * n], &c[i * p.ldc + j], sizeof *c);
        }
        free(c);
        drop(&p);
    }
}
END_TEST

/* Two by two elements of a short sum go without packing; _i: ta, tb, beta. */
START_TEST(a_tiny_product_has_the_bits_of_a_large_one)
{
    static const float betas[] = { 0, 0.7f, 1 };
    struct product     p = make(_i & 1, _i >> 1 & 1, 29, 41, MATMUL_TINY / 4, 2);
    float             *c = copy_of_c(&p);

    p.alpha = 0.3f;
    p.beta = betas[_i / 4];
    run(&p, NULL, c);
    for (int64_t i = 0; i + 1 < p.m; i += 3)
        for (int64_t j = 0; j + 1 < p.n; j += 5) {
            float tiny[4];

            for (int64_t k = 0; k < 4; k++)
                tiny[k] = p.c[(i + k / 2) * p.ldc + j + k % 2];
            run_part(&p, i, j, 2, 2, tiny, 2);
            for (int64_t k = 0; k < 4; k++)
                ck_assert_mem_eq(&tiny[k], &c[(i + k / 2) * p.ldc + j + k % 2],
                                 sizeof *c);
        }
    free(c);
    drop(&p);
}
END_TEST

START_TEST(a_lone_row_has_the_same_bits_wherever_it_is_cut)
{
    struct product p = make(0, 1, 1, 41, 300, 2);
    float         *c = copy_of_c(&p);

    run(&p, NULL, c);
    for (int64_t j = 0; j < p.n; j += 7)
        for (int64_t n = 1; n <= 41 - j; n += 5) {
            float part[41];
            run_part(&p, 0, j, 1, n, part, n);
            ck_assert_mem_eq(part, c + j, (size_t)n * sizeof *c);
        }
    free(c);
    drop(&p);
}
END_TEST

struct heard { /* how often each element was said to be final, and what it then was */
    const float *c;
    int         *times;
    float       *value;
};

static void hear(void *arg, const float *c, int64_t rows, int64_t columns, int64_t ldc)
{
    const struct heard *h = arg;

    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) {
            int64_t at = c - h->c + i * ldc + j;
            __atomic_add_fetch(&h->times[at], 1, __ATOMIC_RELAXED);
            h->value[at] = h->c[at];
        }
}

static void expect_heard(const struct product *p, const struct heard *h)
{
    for (int64_t i = 0; i < p->m; i++)
        for (int64_t j = 0; j < p->ldc; j++) {
            int64_t at = i * p->ldc + j;
            ck_assert_int_eq(h->times[at], j < p->n);
            ck_assert(j >= p->n || h->value[at] == h->c[at]);
        }
}

/* _i: ta, tb; shapes that go by tiles, by one row and by one column. */
START_TEST(a_bias_is_added_to_each_row_and_the_end_told)
{
    struct pool *pool = pool_open(2);

    static const int64_t shapes[][3] = {
        { 7, 37, 300 }, { 1, 41, 600 }, { 29, 1, 300 }, { 130, 300, 20 }
    };

    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct product p =
            make(_i & 1, _i >> 1, shapes[s][0], shapes[s][1], shapes[s][2], 0);
        float *bias = numbers("bias", p.n), *c = copy_of_c(&p);

        struct heard      h = { c, calloc((size_t)(p.m * p.ldc), sizeof(int)),
                                calloc((size_t)(p.m * p.ldc), sizeof(float)) };
        struct matmul_end end = { bias, hear, &h };

        matmul(pool, p.ta, p.tb, p.m, p.n, p.k, p.alpha, p.a, p.lda, p.b, p.ldb, 0, c,
               p.ldc, &end);
        expect_heard(&p, &h);
        for (int64_t i = 0; i < p.m; i++)
            for (int64_t j = 0; j < p.n; j++) {
                double size = 0, want = (double)bias[j] + element(&p, i, j, &size);
                ck_assert_double_le(fabs((double)c[i * p.ldc + j] - want),
                                    1e-6 * (size + 1));
            }
        free(h.times);
        free(h.value);
        free(bias);
        free(c);
        drop(&p);
    }
}
END_TEST

START_TEST(beta_zero_does_not_read_c)
{
    struct product p = make(0, 0, 20, 20, 20, 0);

    for (int64_t i = 0; i < p.m * p.ldc; i++)
        p.c[i] = NAN;
    run(&p, NULL, p.c);
    for (int64_t i = 0; i < p.m * p.ldc; i++)
        ck_assert(isfinite(p.c[i]));
    drop(&p);
}
END_TEST

START_TEST(k_zero_scales_c) /* _i: m 1 or 3 */
{
    float c[6] = { 1, 2, 3, 4, 5, 6 }, a[3] = { 0 }, b[2] = { 0 };
    int   m = _i ? 3 : 1;

    for (int tb = 0; tb < 2; tb++) {
        matmul(NULL, 0, tb, m, 2, 0, 1, a, 1, b, 2, 0.5f, c, 2, NULL);
        ck_assert(c[2 * m - 1] == 2.0f * (float)m * (tb ? 0.25f : 0.5f));
    }
    matmul(NULL, 0, 0, m, 2, 0, 1, a, 1, b, 2, 0, c, 2, NULL);
    ck_assert(c[2 * m - 1] == 0);
}
END_TEST

START_TEST(empty_products_touch_nothing)
{
    float c = 5;

    matmul(NULL, 0, 0, 0, 4, 4, 1, NULL, 4, NULL, 4, 0, &c, 4, NULL);
    matmul(NULL, 0, 0, 4, 0, 4, 1, NULL, 4, NULL, 4, 0, &c, 4, NULL);
    ck_assert(c == 5);
}
END_TEST

/* The machine runs one instruction set; the tests look at those it could run as well. */
enum { SETS = 3 };

/* Those that do not run here are the base ones once more. */
static const struct matmul_isa *set(int i)
{
#if defined __x86_64__ && defined __GNUC__
    if (i == 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &matmul_avx2;
    if (i == 2 && __builtin_cpu_supports("avx512f"))
        return &matmul_avx512;
#endif
    (void)i;
    return &matmul_base;
}

static float from_bits(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Wherever it lies, in whole vectors and behind them. */
START_TEST(the_largest_is_found_without_its_sign) /* _i: set */
{
    static const float found[] = { -2, 2, -INFINITY, NAN };
    float              v[150] = { 0 };

    ck_assert_uint_eq(set(_i)->largest(v, 0), 0);
    for (size_t n = 1; n <= COUNT(v); n += n < 20 ? 1 : 13)
        for (size_t at = 0; at < n; at++)
            for (size_t k = 0; k < COUNT(found); k++) {
                for (size_t i = 0; i < n; i++)
                    v[i] = i % 2 ? -1.5f : -0.0f;
                v[at] = found[k];
                float got = from_bits(set(_i)->largest(v, n));
                ck_assert(isnan(found[k]) ? isnan(got) : got == fabsf(found[k]));
            }
}
END_TEST

START_TEST(every_instruction_set_agrees)
{
    struct product p = make(_i & 1, _i >> 1, 53, 71, 270, 1);

    for (int s = 0; s < SETS; s++) {
        float            *c = copy_of_c(&p);
        struct matmul_job job = { .ta = p.ta,
                                  .tb = p.tb,
                                  .m = p.m,
                                  .n = p.n,
                                  .k = p.k,
                                  .alpha = p.alpha,
                                  .beta = 1,
                                  .a = p.a,
                                  .b = p.b,
                                  .c = c,
                                  .lda = p.lda,
                                  .ldb = p.ldb,
                                  .ldc = p.ldc,
                                  .rows = p.m,
                                  .columns = p.n };
        p.beta = 1;
        set(s)->tile(&job, 0, p.m, 0, p.n);
        compare(&p, p.c, c);
        free(c);
    }
    drop(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("matmul");
    TCase *t = tcase_create("matmul");
    int    n = (int)(sizeof large / sizeof *large);

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, agrees_with_double_precision, 0, 4);
    tcase_add_loop_test(t, agrees_when_cut_into_blocks, 0, n);
    tcase_add_loop_test(t, has_the_same_bits_for_any_pool, 0, n);
    tcase_add_test(t, an_element_has_the_same_bits_in_any_company);
    tcase_add_loop_test(t, a_tiny_product_has_the_bits_of_a_large_one, 0, 12);
    tcase_add_test(t, a_lone_row_has_the_same_bits_wherever_it_is_cut);
    tcase_add_loop_test(t, a_bias_is_added_to_each_row_and_the_end_told, 0, 4);
    tcase_add_test(t, beta_zero_does_not_read_c);
    tcase_add_loop_test(t, k_zero_scales_c, 0, 2);
    tcase_add_test(t, empty_products_touch_nothing);
    tcase_add_loop_test(t, the_largest_is_found_without_its_sign, 0, SETS);
    tcase_add_loop_test(t, every_instruction_set_agrees, 0, 4);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
