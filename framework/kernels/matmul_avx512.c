/* SPDX-License-Identifier: MIT */
/* Sixteen floats at a time, where AVX-512 is. */
#include <config.h>

#if defined __x86_64__ && defined __GNUC__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,fma")
#endif
#include <immintrin.h>

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
