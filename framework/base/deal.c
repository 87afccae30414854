/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/deal.h"

#include <stdlib.h>

#include "base/rng.h"

struct class
{
    int64_t n, first, seen;
};

int deal_places(uint64_t seed, int64_t classes, int64_t *row, int64_t n)
{
    struct class *c = calloc((size_t)classes + 1, sizeof *c);

    if (!c)
        return -1;
    for (int64_t i = 0; i < n; i++)
        c[row[i]].n++;
    for (int64_t k = 1; k < classes; k++)
        c[k].first = c[k - 1].first + c[k - 1].n;
    for (int64_t i = 0; i < n; i++) {
        struct class  *of = &c[row[i]];
        struct rng_key key = rng_key(seed, "split", (uint64_t)row[i]);
        row[i] =
            of->first + (int64_t)rng_permute(key, (uint64_t)of->seen++, (uint64_t)of->n);
    }
    free(c);
    return 0;
}

int64_t deal_before(int64_t place, int64_t take, int64_t of)
{
    __extension__ unsigned __int128 all = (unsigned __int128)place * (uint64_t)take;

    return (int64_t)((all + (uint64_t)of / 2) / (uint64_t)of);
}

bool deal_takes(int64_t *place, int64_t take, int64_t of)
{
    int64_t before = deal_before(*place, take, of);

    if (deal_before(*place + 1, take, of) > before)
        return true;
    *place -= before;
    return false;
}

bool deal_hand(int64_t *place, int64_t i, int64_t k)
{
    if (*place % k == i)
        return true;
    *place -= deal_hand_size(i, k, *place);
    return false;
}

int64_t deal_hand_size(int64_t i, int64_t k, int64_t of)
{
    return (of + k - 1 - i) / k;
}
