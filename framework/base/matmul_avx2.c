/* SPDX-License-Identifier: MIT */
/* Eight floats at a time, for processors since about 2013. */
#include <config.h>

#if defined __x86_64__ && defined __GNUC__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif
#include <immintrin.h>

#define TAPS_ISA       taps_avx2
#define MATMUL_ISA     matmul_avx2
#define WIDTH          8
#define MR             6
#define VEC            __m256
#define MADD(x, y, z)  _mm256_fmadd_ps(x, y, z)
#define SMADD(x, y, z) __builtin_fmaf(x, y, z)

#include "base/matmul_kernel.h"
#include "base/taps_kernel.h"

#ifdef __clang__
#pragma clang attribute pop
#endif
#else
typedef int matmul_avx2_is_empty;
#endif
