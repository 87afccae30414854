/* SPDX-License-Identifier: MIT */
/* Sixteen floats at a time, where AVX-512 is. */
#include <config.h>

/* For this file alone, as in matmul_avx2.c. */
#if defined __x86_64__ && defined __GNUC__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,fma")
#endif
#include <immintrin.h>

/* MR rows of two vectors are 24 sums; with two vectors of B and one number of A 27 of the
 * 32 registers. */
#define TAPS_ISA       taps_avx512
#define MATMUL_ISA     matmul_avx512
#define WIDTH          16
#define MR             12
#define VEC            __m512
#define MADD(x, y, z)  _mm512_fmadd_ps(x, y, z)
#define SMADD(x, y, z) __builtin_fmaf(x, y, z)

#define TURN(v)  turn(v)
#define LANES(v) lanes(v)
#define GRID(v)  grid(v)
/* 24 sums of a product and the vectors they are made of fit into 32 registers. */
#define TAPS_TALL 8

/* Rows to columns, in place: pairs, then fours inside each quarter of a register, then
 * the quarters themselves, which shuffle_f32x4 moves two of each operand at a time. */
static inline __attribute__((always_inline)) void turn(__m512 v[16])
{
    __m512 a[16], b[16];

#pragma GCC unroll 8
    for (int i = 0; i < 16; i += 2) {
        a[i] = _mm512_unpacklo_ps(v[i], v[i + 1]);
        a[i + 1] = _mm512_unpackhi_ps(v[i], v[i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4)
#pragma GCC unroll 2
        for (int k = 0; k < 2; k++) {
            b[i + 2 * k] = _mm512_shuffle_ps(a[i + k], a[i + k + 2], 0x44);
            b[i + 2 * k + 1] = _mm512_shuffle_ps(a[i + k], a[i + k + 2], 0xee);
        }
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        int at = i / 4 * 8 + i % 4; /* quarters 0 and 2 of two rows of b, then 1 and 3 */

        a[at] = _mm512_shuffle_f32x4(b[at], b[at + 4], 0x88);
        a[at + 4] = _mm512_shuffle_f32x4(b[at], b[at + 4], 0xdd);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        v[i] = _mm512_shuffle_f32x4(a[i], a[i + 8], 0x88);
        v[i + 8] = _mm512_shuffle_f32x4(a[i], a[i + 8], 0xdd);
    }
}

/* Halves first, as the base kernels add them, without a way through memory. */
static inline __attribute__((always_inline)) float lanes(__m512 v)
{
    __m512d halves = _mm512_castps_pd(v);
    __m256  eight = _mm256_add_ps(_mm512_castps512_ps256(v),
                                  _mm256_castpd_ps(_mm512_extractf64x4_pd(halves, 1)));
    __m128  four =
        _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));

    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

/* The same sums of 16 vectors at once, in the same order, which takes 45 instructions
 * instead of 128. Quarter g of the result is that of v[g], v[g + 4], v[g + 8], v[g + 12].
 */
static inline __attribute__((always_inline)) __m512 grid(const __m512 v[16])
{
    __m512 a[8], b[4], c[2];

#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) { /* 8 of v[x], 8 of v[x + 1] */
        int x = i * 2;
        a[i] = _mm512_add_ps(_mm512_shuffle_f32x4(v[x], v[x + 1], 0x44),
                             _mm512_shuffle_f32x4(v[x], v[x + 1], 0xee));
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) /* 4 each of v[4 i] to v[4 i + 3] */
        b[i] = _mm512_add_ps(_mm512_shuffle_f32x4(a[2 * i], a[2 * i + 1], 0x88),
                             _mm512_shuffle_f32x4(a[2 * i], a[2 * i + 1], 0xdd));
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++)
        c[i] = _mm512_add_ps(_mm512_shuffle_ps(b[2 * i], b[2 * i + 1], 0x44),
                             _mm512_shuffle_ps(b[2 * i], b[2 * i + 1], 0xee));
    return _mm512_add_ps(_mm512_shuffle_ps(c[0], c[1], 0x88),
                         _mm512_shuffle_ps(c[0], c[1], 0xdd));
}

#include "kernels/matmul_kernel.h"
#include "kernels/taps_kernel.h"

#ifdef __clang__
#pragma clang attribute pop
#endif
#else
typedef int matmul_avx512_is_empty;
#endif
