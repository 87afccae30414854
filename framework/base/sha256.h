/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4), in pieces; fsio.h has the calls for whole files. */
#ifndef NNP_BASE_SHA256_H
#define NNP_BASE_SHA256_H
#include <stddef.h>
#include <stdint.h>

/* Takes n blocks of 64 bytes into a state. */
typedef void sha256_blocks(uint32_t state[8], const uint8_t *at, size_t n);

struct sha256 {
    sha256_blocks *blocks; /* the fastest that there is */
    uint32_t state[8];
    uint64_t bytes;
    uint8_t  block[64];
};

extern const uint32_t sha256_constants[64]; /* one for each round */
sha256_blocks         sha256_plain;
/* By instructions of the processor; NULL: it has none. */
sha256_blocks *sha256_quick(void);

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t n);
void sha256_hex(struct sha256 *s, char hex[65]); /* ends it */
#endif
