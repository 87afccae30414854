/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <string.h>
#include "base/rng.h"

/* kat_vectors of Random123 1.14, philox4x32 with 10 rounds. */
static const struct {
    uint32_t counter[4], key[2], want[4];
} known[] = {
    { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
};

START_TEST(philox_gives_the_published_vectors)
{
    uint32_t got[4];

    rng_block(known[_i].counter, known[_i].key, got);
    ck_assert_mem_eq(got, known[_i].want, sizeof got);
}
END_TEST

START_TEST(draws_walk_through_the_blocks)
{
    uint32_t       second[4];
    const uint32_t counter[4] = { 1, 0, 9, 0 }, key[2] = { 5, 7 };
    struct rng_key k = { 5 | (uint64_t)7 << 32, 9 };

    rng_block(counter, key, second);
    for (uint64_t i = 0; i < 4; i++)
        ck_assert_uint_eq(rng_u32(k, 4 + i), second[i]);
}
END_TEST

START_TEST(seed_purpose_and_step_all_count)
{
    struct rng_key k = rng_key(1, "shuffle", 0), same = rng_key(1, "shuffle", 0);

    ck_assert_mem_eq(&k, &same, sizeof k);
    ck_assert_uint_ne(rng_u32(k, 0), rng_u32(rng_key(2, "shuffle", 0), 0));
    ck_assert_uint_ne(rng_u32(k, 0), rng_u32(rng_key(1, "dropout", 0), 0));
    ck_assert_uint_ne(rng_u32(k, 0), rng_u32(rng_key(1, "shuffle", 1), 0));
}
END_TEST

typedef void fill(struct rng_key k, uint64_t first, float *dst, size_t n);

static fill *const fills[] = { rng_uniform, rng_normal };

START_TEST(any_cut_gives_the_same_numbers)
{
    struct rng_key k = rng_key(3, "cut", 1);
    float          whole[1000], pieces[1000];

    fills[_i](k, 5, whole, 1000);
    for (size_t at = 0, n = 1; at < 1000; at += n, n = n % 130 + 1)
        fills[_i](k, 5 + at, pieces + at, n < 1000 - at ? n : 1000 - at);
    ck_assert_mem_eq(whole, pieces, sizeof whole);
}
END_TEST

enum { MANY = 200000 };

START_TEST(uniform_numbers_are_uniform)
{
    static float x[MANY];
    int          counts[10] = { 0 };

    rng_uniform(rng_key(1, "u", 0), 0, x, MANY);
    for (int i = 0; i < MANY; i++) {
        ck_assert(x[i] >= 0 && x[i] < 1 && x[i] * 0x1p24f == floorf(x[i] * 0x1p24f));
        counts[(int)(x[i] * 10)]++;
    }
    for (int i = 0; i < 10; i++) /* 5 standard deviations of a binomial are 671 */
        ck_assert_int_lt(
            counts[i] > MANY / 10 ? counts[i] - MANY / 10 : MANY / 10 - counts[i], 671);
}
END_TEST

START_TEST(normal_numbers_have_the_moments_of_the_bell)
{
    static float x[MANY];
    double       m[5] = { 0 };

    rng_normal(rng_key(1, "n", 0), 0, x, MANY);
    for (int i = 0; i < MANY; i++)
        for (int p = 1; p <= 4; p++)
            m[p] += pow((double)x[i], p) / MANY;
    ck_assert_double_eq_tol(m[1], 0, 0.012);
    ck_assert_double_eq_tol(m[2], 1, 0.016);
    ck_assert_double_eq_tol(m[3], 0, 0.045);
    ck_assert_double_eq_tol(m[4], 3, 0.12);
}
END_TEST

/* Box and Muller with the double functions of libm on the same draws; an angle's float
 * is off by 4e-7 at most, a radius reaches 6.7. */
START_TEST(normal_numbers_are_those_of_their_draws)
{
    static float   x[MANY];
    struct rng_key k = rng_key(2, "n", 3);

    rng_normal(k, 0, x, MANY);
    for (uint64_t i = 0; i < MANY; i += 2) {
        double u = rng_u32(k, i) * 0x1p-32 + 0x1p-33, radius = sqrt(-2 * log(u));
        double angle = (rng_u32(k, i + 1) >> 8) * 0x1p-24 * 2 * acos(-1);

        ck_assert_double_eq_tol((double)x[i], radius * cos(angle), 2e-5);
        ck_assert_double_eq_tol((double)x[i + 1], radius * sin(angle), 2e-5);
    }
}
END_TEST

static const uint64_t sizes[] = { 1, 2, 3, 4, 31, 32, 33, 64, 65, 1000, 4097 };

START_TEST(a_permutation_reaches_every_place_once)
{
    static unsigned char seen[5000];
    uint64_t             n = sizes[_i];

    for (uint64_t epoch = 0; epoch < 5; epoch++) {
        memset(seen, 0, sizeof seen);
        for (uint64_t i = 0; i < n; i++) {
            uint64_t place = rng_permute(rng_key(7, "p", epoch), i, n);
            ck_assert_uint_lt(place, n);
            ck_assert_uint_eq(seen[place]++, 0);
        }
    }
}
END_TEST

START_TEST(a_permutation_works_near_the_end_of_64_bits)
{
    struct rng_key k = rng_key(7, "p", 0);

    ck_assert_uint_lt(rng_permute(k, UINT64_MAX - 2, UINT64_MAX), UINT64_MAX);
    ck_assert_uint_ne(rng_permute(k, 0, UINT64_MAX), rng_permute(k, 1, UINT64_MAX));
}
END_TEST

START_TEST(every_order_of_four_turns_up_equally_often)
{
    int counts[256] = { 0 };

    for (uint64_t e = 0; e < 24000; e++) {
        int order = 0;
        for (uint64_t i = 0; i < 4; i++)
            order = order * 4 + (int)rng_permute(rng_key(1, "xor", e), i, 4);
        counts[order]++;
    }
    int orders = 0;
    for (int i = 0; i < 256; i++)
        if (counts[i]) {
            orders++;
            ck_assert_int_gt(counts[i], 840); /* 1000 - 5 standard deviations */
            ck_assert_int_lt(counts[i], 1160);
        }
    ck_assert_int_eq(orders, 24);
}
END_TEST

START_TEST(neighbours_are_torn_apart)
{
    struct rng_key k = rng_key(1, "shuffle", 3);
    int            close = 0;

    for (uint64_t i = 0; i + 1 < 60000; i++) {
        int64_t gap =
            (int64_t)rng_permute(k, i, 60000) - (int64_t)rng_permute(k, i + 1, 60000);
        close +=
            gap > -600 && gap < 600; /* 2 % of all pairs in a random order: 1188 +- 34 */
    }
    ck_assert_int_gt(close, 1000);
    ck_assert_int_lt(close, 1400);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rng");
    TCase *t = tcase_create("rng");

    tcase_add_loop_test(t, philox_gives_the_published_vectors, 0, 3);
    tcase_add_test(t, draws_walk_through_the_blocks);
    tcase_add_test(t, seed_purpose_and_step_all_count);
    tcase_add_loop_test(t, any_cut_gives_the_same_numbers, 0, 2);
    tcase_add_test(t, uniform_numbers_are_uniform);
    tcase_add_test(t, normal_numbers_have_the_moments_of_the_bell);
    tcase_add_test(t, normal_numbers_are_those_of_their_draws);
    tcase_add_loop_test(t, a_permutation_reaches_every_place_once, 0,
                        sizeof sizes / sizeof *sizes);
    tcase_add_test(t, a_permutation_works_near_the_end_of_64_bits);
    tcase_add_test(t, every_order_of_four_turns_up_equally_often);
    tcase_add_test(t, neighbours_are_torn_apart);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
