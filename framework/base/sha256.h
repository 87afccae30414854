/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4), in pieces; fsio.h has the calls for whole files. */
#ifndef NNP_BASE_SHA256_H
#define NNP_BASE_SHA256_H
#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint64_t bytes;
    uint8_t  block[64];
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t n);
void sha256_hex(struct sha256 *s, char hex[65]); /* ends it */
#endif
