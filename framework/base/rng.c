/* SPDX-License-Identifier: MIT */
/*
 * Philox4x32-10: Salmon, Moraes, Dror, Shaw (2011), "Parallel random numbers: as easy as
 * 1, 2, 3". Ten rounds turn a 128-bit counter and a 64-bit key into four 32-bit draws;
 * here the counter is (position / 4, b) and the key is a.
 */
#include <config.h>
#include "base/rng.h"

#include <math.h>

enum {
    BATCH = 64
}; /* draws made at once, so that the compiler can vectorize over blocks */

static uint64_t
mix(uint64_t x) /* the finalizer of splitmix64: Steele, Lea, Flood (2014) */
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

struct rng_key rng_key(uint64_t seed, const char *purpose, uint64_t step)
{
    uint64_t word = 0xcbf29ce484222325u; /* FNV-1a, 64 bits */

    for (; *purpose; purpose++)
        word = (word ^ (unsigned char)*purpose) * 0x100000001b3u;
    return (struct rng_key){ mix(mix(seed + 0x9e3779b97f4a7c15u) ^ word), step };
}

/* One round on four draws of one block. */
static inline void turn(uint32_t c[4], uint32_t k0, uint32_t k1)
{
    uint64_t p0 = (uint64_t)0xd2511f53 * c[0], p1 = (uint64_t)0xcd9e8d57 * c[2];
    uint32_t c1 = c[1], c3 = c[3];

    c[0] = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c[1] = (uint32_t)p1;
    c[2] = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c[3] = (uint32_t)p0;
}

void rng_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c[4] = { counter[0], counter[1], counter[2], counter[3] };
    uint32_t k0 = key[0], k1 = key[1];

    for (int i = 0; i < 10; i++, k0 += 0x9e3779b9, k1 += 0xbb67ae85)
        turn(c, k0, k1);
    for (int i = 0; i < 4; i++)
        out[i] = c[i];
}

static inline void block(struct rng_key k, uint64_t number, uint32_t out[4])
{
    uint32_t counter[4] = { (uint32_t)number, (uint32_t)(number >> 32), (uint32_t)k.b,
                            (uint32_t)(k.b >> 32) };

    rng_block(counter, (const uint32_t[2]){ (uint32_t)k.a, (uint32_t)(k.a >> 32) }, out);
}

uint32_t rng_u32(struct rng_key k, uint64_t i)
{
    uint32_t out[4];

    block(k, i / 4, out);
    return out[i % 4];
}

static void batch(struct rng_key k, uint64_t number, uint32_t out[BATCH])
{
    for (int i = 0; i < BATCH / 4; i++)
        block(k, number + (uint64_t)i, out + 4 * i);
}

void rng_uniform(struct rng_key k, uint64_t first, float *dst, size_t n)
{
    uint32_t bits[BATCH];

    for (size_t done = 0; done < n;) {
        size_t skip = (first + done) % 4, take = BATCH - skip;

        if (take > n - done)
            take = n - done;
        batch(k, (first + done) / 4, bits);
        for (size_t i = 0; i < take; i++)
            dst[done + i] = (float)(bits[skip + i] >> 8) * 0x1p-24f;
        done += take;
    }
}

/* Two normal numbers from two draws: Box, Muller (1958). u1 is never 0. */
static void pair(const uint32_t bits[2], float out[2])
{
    float u1 = (float)bits[0] * 0x1p-32f + 0x1p-33f;
    float angle = (float)(bits[1] >> 8) * (0x1p-24f * 6.28318531f);
    float radius = sqrtf(-2.0f * logf(u1));

    out[0] = radius * cosf(angle);
    out[1] = radius * sinf(angle);
}

void rng_normal(struct rng_key k, uint64_t first, float *dst, size_t n)
{
    uint32_t bits[BATCH];
    float    two[2];

    for (size_t done = 0; done < n;) {
        size_t skip = (first + done) % 4, take = BATCH - skip;

        if (take > n - done)
            take = n - done;
        batch(k, (first + done) / 4, bits);
        for (size_t i = 0; i < take;) {
            size_t at = skip + i, odd = at % 2;

            pair(bits + at - odd, two);
            dst[done + i++] = two[odd];
            if (!odd && i < take)
                dst[done + i++] = two[1];
        }
        done += take;
    }
}

enum { FEW = 32, ROUNDS = 8 };

/* A Feistel network over so few numbers reaches only some permutations: draw all of it.
 */
static uint64_t permute_few(struct rng_key k, uint64_t i, uint32_t n)
{
    uint8_t place[FEW];

    for (uint32_t j = 0; j < n; j++)
        place[j] = (uint8_t)j;
    for (uint32_t j = n - 1; j > 0; j--) {
        uint32_t other = (uint32_t)((uint64_t)rng_u32(k, j) * (j + 1) >> 32);
        uint8_t  held = place[j];

        place[j] = place[other];
        place[other] = held;
    }
    return place[i];
}

static uint32_t scramble(uint32_t x, uint32_t key) /* the finalizer of MurmurHash3 */
{
    x ^= key;
    x = (x ^ x >> 16) * 0x85ebca6b;
    x = (x ^ x >> 13) * 0xc2b2ae35;
    return x ^ x >> 16;
}

/* Halves of the number swap places eight times, one masked by a scramble of the other.
 * The network permutes 0..4^half-1, less than 4 n numbers; who lands outside walks on. */
uint64_t rng_permute(struct rng_key k, uint64_t i, uint64_t n)
{
    uint32_t key[ROUNDS];
    int      half = 1;

    if (n <= FEW)
        return permute_few(k, i, (uint32_t)n);
    while (half < 32 && (n - 1) >> 2 * half)
        half++;
    uint32_t mask = half < 32 ? ((uint32_t)1 << half) - 1 : UINT32_MAX;
    block(k, 0, key);
    block(k, 1, key + 4);
    do {
        uint32_t left = (uint32_t)(i >> half) & mask, right = (uint32_t)i & mask;

        for (int r = 0; r < ROUNDS; r++) {
            uint32_t swapped = left ^ (scramble(right, key[r]) & mask);
            left = right;
            right = swapped;
        }
        i = (uint64_t)left << half | right;
    } while (i >= n);
    return i;
}
