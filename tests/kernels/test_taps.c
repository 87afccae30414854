/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "kernels/cpu.h"
#include "base/rng.h"
#include "kernels/taps_kernel.h"

enum { MOST = 40, LONG = 700, GAP = 3 };

static const struct taps_isa *path(int i)
{
#if defined __x86_64__ && defined __GNUC__
    if (i == 1)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                   ? &taps_avx2
                   : NULL;
    if (i == 2)
        return __builtin_cpu_supports("avx512f") ? &taps_avx512 : NULL;
#endif
    return i == 0 ? &taps_base : NULL;
}

static float   x[LONG + MOST * 7 + TAPS_BEHIND], a[MOST * LONG], bias[MOST];
static float   c[MOST * LONG];
static int64_t at[MOST];

static void draw(void)
{
    rng_uniform(rng_key(1, "x", 0), 0, x, COUNT(x));
    rng_uniform(rng_key(1, "a", 0), 0, a, COUNT(a));
    rng_uniform(rng_key(1, "bias", 0), 0, bias, COUNT(bias));
    for (int k = 0; k < MOST; k++)
        at[k] = (k * 5) % MOST * 7;
}

static const int64_t sizes[][3] = { /* m, n, k */
                                    { 1, 1, 1 },   { 1, 209, 9 },  { 3, 65, 27 },
                                    { 4, 24, 9 },  { 4, 55, 40 },  { 7, 8, 1 },
                                    { 8, 48, 36 }, { 13, 100, 5 }, { 32, 17, 40 },
                                    { 5, 700, 3 }, { 6, 33, 0 }
};

static void expect_near(double got, double want, double size)
{
    ck_assert_msg(fabs(got - want) <= 1e-6 * (size + 1), "%.9g, not %.9g", got, want);
}

static void compare_product(const struct taps_isa *isa, int64_t m, int64_t n, int64_t k)
{
    struct taps_job job = { m, n, k, a, k + GAP, x, at, m % 2 ? bias : NULL, c, n + GAP };

    for (size_t i = 0; i < COUNT(c); i++)
        c[i] = 77;
    isa->product(&job);
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            double want = m % 2 ? (double)bias[i] : 0;
            for (int64_t q = 0; q < k; q++)
                want += (double)a[i * (k + GAP) + q] * (double)x[at[q] + j];
            expect_near((double)c[i * (n + GAP) + j], want, (double)k);
        }
        for (int g = 0; g < GAP; g++)
            ck_assert(c[i * (n + GAP) + n + g] == 77); /* nothing beside */
    }
}

static void compare_correlation(const struct taps_isa *isa, int64_t m, int64_t n,
                                int64_t k)
{
    n = (n + TAPS_STEP - 1) / TAPS_STEP * TAPS_STEP;
    if (n > LONG)
        n = LONG / TAPS_STEP * TAPS_STEP;
    struct taps_job job = { m, n, k, a, n, x, at, NULL, c, k + GAP };
    for (size_t i = 0; i < COUNT(c); i++)
        c[i] = 2;
    isa->correlate(&job);
    for (int64_t i = 0; i < m; i++)
        for (int64_t q = 0; q < k + GAP; q++) {
            double want = 2;
            for (int64_t j = 0; q < k && j < n; j++)
                want += (double)a[i * n + j] * (double)x[at[q] + j];
            expect_near((double)c[i * (k + GAP) + q], want, (double)n);
        }
}

START_TEST(every_path_computes_what_the_sums_say)
{
    const struct taps_isa *isa = path(_i);

    draw();
    for (size_t s = 0; isa && s < COUNT(sizes); s++) {
        compare_product(isa, sizes[s][0], sizes[s][1], sizes[s][2]);
        compare_correlation(isa, sizes[s][0], sizes[s][1], sizes[s][2]);
    }
}
END_TEST

/* An element is the same bits wherever the edge of a block lies. */
START_TEST(an_element_does_not_depend_on_its_block)
{
    static float           whole[MOST * LONG];
    const struct taps_isa *isa = path(_i);

    draw();
    if (!isa)
        return;
    isa->product(&(struct taps_job){ 8, 100, 30, a, 30, x, at, bias, whole, 100 });
    for (int64_t m = 1; m <= 8; m++)
        for (int64_t n = 1; n <= 100; n += 9) {
            isa->product(&(struct taps_job){ m, n, 30, a, 30, x, at, bias, c, n });
            for (int64_t i = 0; i < m; i++)
                ck_assert_int_eq(memcmp(c + i * n, whole + i * 100, (size_t)n * 4), 0);
        }
}
END_TEST

START_TEST(a_name_chooses_the_kernels)
{
    ck_assert_int_eq(cpu_choose("base"), 0);
    ck_assert_str_eq(cpu_kernels()->name, "base");
}
END_TEST

START_TEST(unknown_kernels_are_refused)
{
    const struct kernels *before = cpu_kernels();
    char                  names[CPU_NAMES];

    ck_assert_int_eq(cpu_choose("mmx"), -1);
    ck_assert_ptr_eq(cpu_kernels(), before);
    cpu_names(names);
    ck_assert_str_eq(names + strlen(names) - 4, "base");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("taps");
    TCase *t = tcase_create("kernels");

    tcase_add_loop_test(t, every_path_computes_what_the_sums_say, 0, 3);
    tcase_add_loop_test(t, an_element_does_not_depend_on_its_block, 0, 3);
    tcase_add_test(t, a_name_chooses_the_kernels);
    tcase_add_test(t, unknown_kernels_are_refused);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
