/* SPDX-License-Identifier: MIT */
/*
 * Sobol's sequence with the direction numbers of Joe and Kuo (2008), "Constructing Sobol
 * sequences with better two-dimensional projections". Header only, C99 and C++.
 */
#ifndef NNPIPE_SOBOL_H
#define NNPIPE_SOBOL_H
#include <nnpipe/search.h>

enum { NNP_SOBOL_DIMS = 12 };

/* s, a, and m_1 .. m_s of dimension `dim` from 1 on; the first has all m = 1. */
static inline const uint32_t *nnp_sobol_row(uint32_t dim)
{
    static const uint32_t table[NNP_SOBOL_DIMS][7] = {
        { 0 },
        { 1, 0, 1 },
        { 2, 1, 1, 3 },
        { 3, 1, 1, 3, 1 },
        { 3, 2, 1, 1, 1 },
        { 4, 1, 1, 1, 3, 3 },
        { 4, 4, 1, 3, 5, 13 },
        { 5, 2, 1, 1, 5, 5, 17 },
        { 5, 4, 1, 1, 5, 5, 5 },
        { 5, 7, 1, 1, 7, 11, 19 },
        { 5, 11, 1, 1, 5, 1, 1 },
        { 5, 13, 1, 1, 1, 3, 11 },
    };

    return table[dim];
}

/* Coordinate `dim` (from 0) of point k (from 0, the origin) as 32 bits: the xor of the
 * direction numbers at the ones of k's Gray code. */
static inline uint32_t nnp_sobol_bits(uint32_t dim, uint64_t k)
{
    const uint32_t *row = nnp_sobol_row(dim);
    uint32_t        v[32], s = row[0], x = 0;

    for (uint32_t i = 0; i < 32; i++) {
        if (!dim) {
            v[i] = 1u << (31 - i);
        } else if (i < s) {
            v[i] = row[2 + i] << (31 - i);
        } else {
            v[i] = v[i - s] ^ v[i - s] >> s;
            for (uint32_t j = 1; j < s; j++)
                if (row[1] >> (s - 1 - j) & 1)
                    v[i] ^= v[i - j];
        }
    }
    k ^= k >> 1;
    for (uint32_t i = 0; i < 32; i++)
        if (k >> i & 1)
            x ^= v[i];
    return x;
}

/* The point of trial c->step, shifted by draws that all trials have in common; dimensions
 * beyond the table are random, and where the host asks again all are. */
static inline void nnp_sobol_point(nnp_ctx *c, const nnp_search *s, double *x)
{
    for (uint32_t i = 0; i < s->dims(c); i++) {
        double u = nnp_search_draw(c, i);

        if (i < NNP_SOBOL_DIMS && c->epoch < 1) {
            uint32_t shift = (uint32_t)(nnp_search_common(c, i) * 4294967296.0);

            u = (nnp_sobol_bits(i, c->step) ^ shift) * (1.0 / 4294967296.0);
        }
        x[i] = nnp_dim_value(s->dim(c, i), u);
    }
}
#endif
