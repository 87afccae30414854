/* SPDX-License-Identifier: MIT */
/*
 * SHA-256 by the instructions that x86-64 has for it since about 2016. They take the
 * state as two vectors, (a b e f) and (c d g h), highest lane first, and make two rounds
 * of four words at a time:
 *
 *     sha256rnds2   two rounds, with word + constant in the low half
 *     sha256msg1    w[i - 16] + s0(w[i - 15]) of four i
 *     sha256msg2    ... + s1(w[i - 2]); the w[i - 7] in between are added by hand
 */
#include <config.h>
#include "base/sha256.h"

#if defined __x86_64__ && defined __GNUC__
#include <cpuid.h>
#include <immintrin.h>
#include <stdbool.h>

#define SHA __attribute__((target("sha,sse4.1")))

/* Words of which highest byte comes first, as the processor wants them. */
SHA static __m128i load_words(const uint8_t *at)
{
    const __m128i turned = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);

    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)at), turned);
}

/* Rounds i to i + 3. */
SHA static inline void four_rounds(__m128i *abef, __m128i *cdgh, __m128i words, int i)
{
    const __m128i *k = (const __m128i *)(const void *)(sha256_constants + i);
    __m128i        sum = _mm_add_epi32(words, _mm_loadu_si128(k));

    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

/* The four words behind w[0..15], into the place of the first four. */
SHA static inline __m128i next_words(__m128i w0, __m128i w4, __m128i w8, __m128i w12)
{
    __m128i sum =
        _mm_add_epi32(_mm_sha256msg1_epu32(w0, w4), _mm_alignr_epi8(w12, w8, 4));

    return _mm_sha256msg2_epu32(sum, w12);
}

SHA static void blocks(uint32_t state[8], const uint8_t *at, size_t n)
{
    __m128i *half = (__m128i *)(void *)state;
    __m128i  dcba = _mm_loadu_si128(half), hgfe = _mm_loadu_si128(half + 1);
    __m128i  cdab = _mm_shuffle_epi32(dcba, 0xb1), efgh = _mm_shuffle_epi32(hgfe, 0x1b);
    __m128i  abef = _mm_alignr_epi8(cdab, efgh, 8);
    __m128i  cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);

    for (; n; n--, at += 64) {
        __m128i w[4], abef_before = abef, cdgh_before = cdgh;

        for (int i = 0; i < 4; i++)
            w[i] = load_words(at + 16 * i);
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            if (i >= 4)
                w[i % 4] =
                    next_words(w[i % 4], w[(i + 1) % 4], w[(i + 2) % 4], w[(i + 3) % 4]);
            four_rounds(&abef, &cdgh, w[i % 4], 4 * i);
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128(half, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128(half + 1, _mm_alignr_epi8(dchg, feba, 8));
}

static bool runs_here(void)
{
    unsigned a, b, c, d;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3))
        return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_SHA;
}

/* Asked once in a process: on a virtual machine the question takes longer than the sum of
 * a small file. */
sha256_blocks *sha256_quick(void)
{
    static int answer; /* 0: none yet */
    int        known = __atomic_load_n(&answer, __ATOMIC_RELAXED);

    if (!known) {
        known = runs_here() ? 1 : -1;
        __atomic_store_n(&answer, known, __ATOMIC_RELAXED);
    }
    return known > 0 ? blocks : NULL;
}

#else

sha256_blocks *sha256_quick(void)
{
    return NULL;
}

#endif
