/* SPDX-License-Identifier: MIT */
/*
 * Philox4x32-10: Salmon, Moraes, Dror, Shaw (2011), "Parallel random numbers: as easy as
 * 1, 2, 3". Ten rounds turn a 128-bit counter and a 64-bit key into four 32-bit draws;
 * here the counter is (position / 4, b) and the key is a.
 */
#include <config.h>
#include "base/rng.h"

#include <math.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

/* Blocks made at once, side by side in vectors, and their draws. */
enum { BLOCKS = 32, BATCH = 4 * BLOCKS, ROUNDS = 10 };

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
static inline void mix_round(uint32_t c[4], uint32_t k0, uint32_t k1)
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

    for (int i = 0; i < ROUNDS; i++, k0 += 0x9e3779b9, k1 += 0xbb67ae85)
        mix_round(c, k0, k1);
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

/* Draw j of block i at [j * BLOCKS + i]: the blocks go side by side. */
NNP_HOT static void batch(struct rng_key k, uint64_t number, uint32_t out[BATCH])
{
    uint32_t *c = out, *c1 = c + BLOCKS, *c2 = c1 + BLOCKS, *c3 = c2 + BLOCKS;
    uint32_t  k0 = (uint32_t)k.a, k1 = (uint32_t)(k.a >> 32);

    for (int i = 0; i < BLOCKS; i++) {
        c[i] = (uint32_t)(number + (uint64_t)i);
        c1[i] = (uint32_t)((number + (uint64_t)i) >> 32);
        c2[i] = (uint32_t)k.b;
        c3[i] = (uint32_t)(k.b >> 32);
    }
    for (int r = 0; r < ROUNDS; r++, k0 += 0x9e3779b9, k1 += 0xbb67ae85)
        for (int i = 0; i < BLOCKS; i++) {
            uint32_t one[4] = { c[i], c1[i], c2[i], c3[i] };

            mix_round(one, k0, k1);
            c[i] = one[0];
            c1[i] = one[1];
            c2[i] = one[2];
            c3[i] = one[3];
        }
}

static uint32_t draw_of(const uint32_t bits[BATCH], size_t i)
{
    return bits[i % 4 * BLOCKS + i / 4];
}

/* Numbers in the order of the positions, as many as a batch has after `skip`. */
static size_t length(size_t skip, size_t left)
{
    return left < BATCH - skip ? left : BATCH - skip;
}

void rng_uniform(struct rng_key k, uint64_t first, float *dst, size_t n)
{
    uint32_t bits[BATCH];

    for (size_t done = 0, take; done < n; done += take) {
        size_t skip = (first + done) % 4;

        take = length(skip, n - done);
        batch(k, (first + done) / 4, bits);
        for (size_t i = 0; i < take; i++)
            dst[done + i] = (float)(draw_of(bits, skip + i) >> 8) * 0x1p-24f;
    }
}

/* log u for 0 < u <= 1: u = 2^e m with m near 1, log m = 2 atanh((m - 1) / (m + 1)) as in
 * nnp_softplusf. */
static inline float log_of(float u)
{
    int32_t e = (int32_t)(nnp_bits(u) - 0x3f3504f3) >> 23; /* m from sqrt(1/2) on */
    float   f = nnp_from_bits(nnp_bits(u) - ((uint32_t)e << 23)) - 1.0f;
    float   s = f / (2.0f + f), z = s * s, q = 0.280244529f;

    q = q * z + 0.279991418f;
    q = q * z + 0.400216997f;
    q = q * z + 0.666664124f;
    return (float)e * 0.693147181f + (2.0f * s + s * z * q);
}

/* Cosine and sine of 2 pi turn / 2^32, from the nearest quarter on; the polynomials are
 * those of tests/reference/fit_math.py. */
static inline void circle(uint32_t turn, float *cosine, float *sine)
{
    uint32_t quarter = (turn + (1u << 29)) >> 30;
    float    x = (float)(int32_t)(turn - (quarter << 30)) * (6.28318531f * 0x1p-32f);
    float    z = x * x;
    float    s = x + x * z * ((-0.000195172994f * z + 0.008332178f) * z - 0.166666552f);
    float    c = (2.44384519e-05f * z - 0.00138873677f) * z + 0.0416666456f;

    c = 1.0f - 0.5f * z + z * z * c;
    *cosine =
        nnp_from_bits(nnp_bits(nnp_pickf(quarter & 1, s, c)) ^ ((quarter + 1) & 2) << 30);
    *sine = nnp_from_bits(nnp_bits(nnp_pickf(quarter & 1, c, s)) ^ (quarter & 2) << 30);
}

/* Two normal numbers from two draws: Box, Muller (1958). u1 is never 0. */
NNP_HOT static void pairs(const uint32_t *bits1, const uint32_t *bits2, float *first,
                          float *second)
{
    for (int i = 0; i < BLOCKS; i++) {
        float u1 = (float)bits1[i] * 0x1p-32f + 0x1p-33f, cosine, sine;
        float radius = sqrtf(-2.0f * log_of(u1));

        circle(bits2[i] & ~255u, &cosine, &sine);
        first[i] = radius * cosine;
        second[i] = radius * sine;
    }
}

void rng_normal(struct rng_key k, uint64_t first, float *dst, size_t n)
{
    uint32_t bits[BATCH];
    float    normal[BATCH];

    for (size_t done = 0, take; done < n; done += take) {
        size_t skip = (first + done) % 4;

        take = length(skip, n - done);
        batch(k, (first + done) / 4, bits);
        for (int i = 0; i < BATCH; i += BATCH / 2)
            pairs(bits + i, bits + i + BLOCKS, normal + i, normal + i + BLOCKS);
        for (size_t i = skip; i < skip + take; i++)
            dst[done + i - skip] = normal[i % 4 * BLOCKS + i / 4];
    }
}

enum { FEW = 32, FEISTEL = 8 };

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
    uint32_t key[FEISTEL];
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

        for (int r = 0; r < FEISTEL; r++) {
            uint32_t swapped = left ^ (scramble(right, key[r]) & mask);
            left = right;
            right = swapped;
        }
        i = (uint64_t)left << half | right;
    } while (i >= n);
    return i;
}
