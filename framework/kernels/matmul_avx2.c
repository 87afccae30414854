/* SPDX-License-Identifier: MIT */
/* Eight floats at a time, for processors since about 2013. */
#include <config.h>

/* The pragma is for this file alone: the rest of the host has to run where there is no
 * AVX2, and cpu.c hands these kernels out only after it has asked the processor. */
#if defined __x86_64__ && defined __GNUC__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif
#include <immintrin.h>

/* MR rows of two vectors are 12 sums; two vectors of B and one number of A in every lane
 * make 15 of the 16 registers. */
#define TAPS_ISA       taps_avx2
#define MATMUL_ISA     matmul_avx2
#define WIDTH          8
#define MR             6
#define VEC            __m256
#define MADD(x, y, z)  _mm256_fmadd_ps(x, y, z)
#define SMADD(x, y, z) __builtin_fmaf(x, y, z)

#define TURN(v)  turn(v)
#define LANES(v) lanes(v)

/* Rows to columns, in place: pairs, then fours, then the two halves. */
static inline __attribute__((always_inline)) void turn(__m256 v[8])
{
    __m256 a[8], b[8];

    for (int i = 0; i < 4; i++) {
        a[2 * i] = _mm256_unpacklo_ps(v[2 * i], v[2 * i + 1]);
        a[2 * i + 1] = _mm256_unpackhi_ps(v[2 * i], v[2 * i + 1]);
    }
    for (int i = 0; i < 8; i += 4)
        for (int k = 0; k < 2; k++) {
            b[i + 2 * k] = _mm256_shuffle_ps(a[i + k], a[i + k + 2], 0x44);
            b[i + 2 * k + 1] = _mm256_shuffle_ps(a[i + k], a[i + k + 2], 0xee);
        }
    for (int i = 0; i < 4; i++) {
        v[i] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x20);
        v[i + 4] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x31);
    }
}

/* Halves first, as the base kernels add them, without a way through memory. */
static inline __attribute__((always_inline)) float lanes(__m256 v)
{
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));

    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

#include "kernels/matmul_kernel.h"
#include "kernels/taps_kernel.h"

#ifdef __clang__
#pragma clang attribute pop
#endif
#else
typedef int matmul_avx2_is_empty;
#endif
