/* SPDX-License-Identifier: MIT */
/*
 * Elementary functions for plugins, f32, inline and without branches, so that a loop over
 * an array becomes vector code:
 *
 *   NNP_HOT static void values(const float *x, float *y, size_t n)
 *   {
 *       NNP_LANES
 *       for (size_t i = 0; i < n; i++)
 *           y[i] = nnp_tanhf(x[i]);
 *   }
 *
 * They are right for every float: infinities have their limits, NaN gives NaN, denormal
 * results are kept. Nothing is written to errno. Each says how far it is off at most,
 * over all floats, in units of the last place (ulp) of the true value.
 *
 * Optional: a plugin may as well use libm. The polynomials are minimax fits made for this
 * header by tests/reference/fit_math.py; the reductions are textbook (W. Cody, W. Waite
 * 1980, "Software manual for the elementary functions").
 */
#ifndef NNPIPE_MATH_H
#define NNPIPE_MATH_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Elements of cheap work that are worth a chunk of host->parallel; fewer run inline. */
enum { NNP_GRAIN = 16384 };

/* Before a loop: its turns may run side by side. True also where an output is the very
 * input (in place), not where they overlap otherwise. */
#ifdef __clang__
#define NNP_LANES _Pragma("clang loop vectorize(assume_safety)")
#elif defined __GNUC__
#define NNP_LANES _Pragma("GCC ivdep")
#else
#define NNP_LANES
#endif

/* Before a hot loop's function: compiled for several x86-64 levels (with AVX2, AVX-512),
 * the best one chosen when the plugin is loaded. Never needed, often twice as fast. */
#ifndef NNP_HOT
#if defined __x86_64__ && defined __GLIBC__ && defined __GNUC__ && !defined __clang__ && \
    __GNUC__ >= 12 && !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#define NNP_HOT \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NNP_HOT
#endif
#endif

static inline uint32_t nnp_bits(float x)
{
    uint32_t u;
    __builtin_memcpy(&u, &x, sizeof u);
    return u;
}

static inline float nnp_from_bits(uint32_t u)
{
    float x;
    __builtin_memcpy(&x, &u, sizeof x);
    return x;
}

/* condition (0 or 1) ? yes : no. Both sides are computed, and a comparison does not grow
 * into a branch, which would end vectorization. */
static inline float nnp_pickf(int condition, float yes, float no)
{
    uint32_t mask = 0u - (uint32_t)condition;
    return nnp_from_bits((nnp_bits(yes) & mask) | (nnp_bits(no) & ~mask));
}

/* x = k ln2 + r, |r| <= ln2 / 2; returns k and leaves r. |x| < 2^21. NaN: r is NaN. */
static inline int32_t nnp_split_ln2f(float x, float *r)
{
    const float round = 12582912.0f; /* 1.5 * 2^23 leaves no room for a fraction */
    float       k = x * 1.44269504f + round;
    int32_t     n = (int32_t)(nnp_bits(k) - nnp_bits(round));

    k -= round;
    *r = x - k * 0.693145751953125f; /* exact: 16 bits of ln2, the rest follows */
    *r = *r - k * 1.42860677e-06f;
    return n;
}

/* e^r - 1 for |r| <= ln2 / 2. */
static inline float nnp_expm1_nearf(float r)
{
    float q = 0.00138143252f;

    q = q * r + 0.00836885162f;
    q = q * r + 0.0416684002f;
    q = q * r + 0.166665196f;
    q = q * r + 0.49999994f;
    return r + r * r * q;
}

/* 2^n for -126 <= n <= 127. */
static inline float nnp_pow2f(int32_t n)
{
    return nnp_from_bits((uint32_t)(n + 127) << 23);
}

/* e^x; 1.1 ulp. */
static inline float nnp_expf(float x)
{
    float   r, a = __builtin_fabsf(x);
    int32_t n, half;

    x = nnp_pickf(a > 104.0f, __builtin_copysignf(104.0f, x), x); /* 0 and infinity */
    n = nnp_split_ln2f(x, &r);
    half = n >> 1; /* 2^n itself may lie outside the floats that e^x is in */
    return (1.0f + nnp_expm1_nearf(r)) * nnp_pow2f(half) * nnp_pow2f(n - half);
}

/* e^x - 1, with full precision near 0; 1.6 ulp. */
static inline float nnp_expm1f(float x)
{
    float   r, half, a = __builtin_fabsf(x);
    int32_t n;

    x = nnp_pickf(a > 89.0f, __builtin_copysignf(89.0f, x), x);
    n = nnp_split_ln2f(x, &r);
    n = n < -100 ? -100 : n; /* -1 long before */
    half = nnp_pow2f(n - 1); /* 2^n overflows before e^x does */
    return 2.0f * (nnp_expm1_nearf(r) * half + (half - 0.5f));
}

/* (e^2x - 1) / (e^2x + 1); 2.6 ulp. */
static inline float nnp_tanhf(float x)
{
    float r, e, scale, a = __builtin_fabsf(x);

    a = nnp_pickf(a > 10.0f, 10.0f, a);
    scale = nnp_pow2f(nnp_split_ln2f(a + a, &r));
    e = nnp_expm1_nearf(r) * scale + (scale - 1.0f);
    return __builtin_copysignf(e / (e + 2.0f), x);
}

/* 1 / (1 + e^-x); 2.4 ulp. */
static inline float nnp_sigmoidf(float x)
{
    float e = nnp_expf(-__builtin_fabsf(x));

    return nnp_pickf(x < 0.0f, e, 1.0f) / (1.0f + e);
}

/* log(1 + e^x), as max(x, 0) + log(1 + e^-|x|) with log(1 + e) = 2 atanh(e / (2 + e));
 * 2.7 ulp. */
static inline float nnp_softplusf(float x)
{
    float e = nnp_expf(-__builtin_fabsf(x)), s = e / (2.0f + e), z = s * s;
    float q = 0.280244529f;

    q = q * z + 0.279991418f;
    q = q * z + 0.400216997f;
    q = q * z + 0.666664124f;
    return nnp_pickf(x > 0.0f, x, 0.0f) + (2.0f * s + s * z * q);
}

/* The error function, 2 / sqrt(pi) times the integral of e^-t^2 from 0 to x; 1.5 ulp. */
static inline float nnp_erff(float x)
{
    float a = __builtin_fabsf(x), z = x * x, near = 7.88912075e-05f,
          far = -0.000185573226f;

    near = near * z - 0.000802084163f;
    near = near * z + 0.00518953521f;
    near = near * z - 0.0268544443f;
    near = near * z + 0.112836003f;
    near = near * z - 0.37612626f;
    near = near * z + 0.128379166f;
    near = a + a * near; /* |x| <= 1 */
    a = nnp_pickf(a > 4.0f, 4.0f, a);
    far = far * a + 0.00293960003f;
    far = far * a - 0.021805292f;
    far = far * a + 0.103037313f;
    far = far * a + 0.638225734f;
    far = far * a + 1.12704003f;
    far = far * a + 0.000353726849f;
    far = 1.0f - nnp_expf(-far);
    return __builtin_copysignf(nnp_pickf(a > 1.0f, far, near), x);
}
#ifdef __cplusplus
}
#endif
#endif
