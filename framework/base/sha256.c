/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/sha256.h"

#include <string.h>

const uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
};

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static uint32_t word(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Word i >= 16, into the place of word i - 16. */
static inline uint32_t next_word(uint32_t w[16], int i)
{
    uint32_t x = w[(i + 1) % 16], y = w[(i + 14) % 16];
    uint32_t s0 = rotate(x, 7) ^ rotate(x, 18) ^ x >> 3;
    uint32_t s1 = rotate(y, 17) ^ rotate(y, 19) ^ y >> 10;

    return w[i % 16] += s0 + w[(i + 9) % 16] + s1;
}

/* a to h stay where they are and change their parts: in round i, v[(k - i) % 8] is the
 * k-th of them. i is a constant at each use, so that v lives in registers. */
static inline void round_of(uint32_t v[8], uint32_t w[16], int i)
{
    uint32_t *d = &v[(67 - i) % 8], *h = &v[(71 - i) % 8];
    uint32_t  a = v[(64 - i) % 8], b = v[(65 - i) % 8], c = v[(66 - i) % 8];
    uint32_t  e = v[(68 - i) % 8], f = v[(69 - i) % 8], g = v[(70 - i) % 8];
    uint32_t  next = i < 16 ? w[i] : next_word(w, i);

    *h += (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (g ^ (e & (f ^ g))) +
          sha256_constants[i] + next;
    *d += *h;
    *h += (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) | (c & (a | b)));
}

void sha256_plain(uint32_t state[8], const uint8_t *at, size_t n)
{
    for (; n; n--, at += 64) {
        uint32_t w[16], v[8];

        memcpy(v, state, sizeof v);
        for (int i = 0; i < 16; i++)
            w[i] = word(at + 4 * i);
#pragma GCC unroll 64
        for (int i = 0; i < 64; i++)
            round_of(v, w, i);
        for (int i = 0; i < 8; i++)
            state[i] += v[i];
    }
}

void sha256_init(struct sha256 *s)
{
    *s = (struct sha256){ .state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
                          .blocks = sha256_quick() };
    if (!s->blocks)
        s->blocks = sha256_plain;
}

void sha256_add(struct sha256 *s, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    size_t         held = s->bytes % 64;

    s->bytes += n;
    if (held) {
        size_t take = n < 64 - held ? n : 64 - held;
        memcpy(s->block + held, p, take);
        if (held + take < 64)
            return;
        s->blocks(s->state, s->block, 1);
        p += take;
        n -= take;
    }
    s->blocks(s->state, p, n / 64);
    if (n % 64)
        memcpy(s->block, p + n / 64 * 64, n % 64);
}

void sha256_hex(struct sha256 *s, char hex[65])
{
    static const uint8_t padding[64] = { 0x80 };
    static const char    digits[] = "0123456789abcdef";
    uint64_t             bits = s->bytes * 8;
    uint8_t              length[8];

    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    sha256_add(s, padding, 1 + (119 - s->bytes % 64) % 64);
    sha256_add(s, length, 8);
    for (int i = 0; i < 64; i++)
        hex[i] = digits[s->state[i / 8] >> (28 - i % 8 * 4) & 15];
    hex[64] = '\0';
}
