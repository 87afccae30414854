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
 * 32 registers. Without a TURN packing goes number by number (pack_turned_rest). */
#define TAPS_ISA       taps_avx512
#define MATMUL_ISA     matmul_avx512
#define WIDTH          16
#define MR             12
#define VEC            __m512
#define MADD(x, y, z)  _mm512_fmadd_ps(x, y, z)
#define SMADD(x, y, z) __builtin_fmaf(x, y, z)

#include "kernels/matmul_kernel.h"
#include "kernels/taps_kernel.h"

#ifdef __clang__
#pragma clang attribute pop
#endif
#else
typedef int matmul_avx512_is_empty;
#endif
