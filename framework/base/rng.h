/* SPDX-License-Identifier: MIT */
/* The one random generator: Philox4x32-10 (Salmon et al. 2011). Counter-based, so a draw
 * is a pure function of key and position: any chunk, any thread, any repetition gives the
 * same. */
#ifndef NNP_BASE_RNG_H
#define NNP_BASE_RNG_H
#include <stddef.h>
#include <stdint.h>

struct rng_key {
    uint64_t a; /* seed and purpose mixed: the 64-bit Philox key */
    uint64_t b; /* high word of the counter */
};

/* purpose: a word like "shuffle" or a tensor's name; step: epoch or update number. */
struct rng_key rng_key(uint64_t seed, const char *purpose, uint64_t step);
/* Draw number `i` as 32 random bits. */
uint32_t rng_u32(struct rng_key k, uint64_t i);
/* The bare function under all of this: four draws of one 128-bit counter. */
void rng_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);
/* n floats in [0,1), multiples of 2^-24, from position first. */
void rng_uniform(struct rng_key k, uint64_t first, float *dst, size_t n);
/* n standard normal floats: Box-Muller on positions 2j, 2j+1 of the same pair. */
void rng_normal(struct rng_key k, uint64_t first, float *dst, size_t n);
/* Place of i in a pseudo-random permutation of 0..n-1 (Feistel network with cycle walking,
 * keyed by k): no table, any element on its own. */
uint64_t rng_permute(struct rng_key k, uint64_t i, uint64_t n);
#endif
