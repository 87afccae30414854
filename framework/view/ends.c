/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/ends.h"

#include <math.h>
#include <stdlib.h>

static int by_loss(const void *one, const void *two)
{
    const struct end *a = one, *b = two;

    if (isnan(a->loss) || isnan(b->loss) || a->loss == b->loss) {
        int nan = isnan(a->loss) - isnan(b->loss);
        return nan ? nan : (a->seed > b->seed) - (a->seed < b->seed);
    }
    return a->loss < b->loss ? -1 : 1;
}

static int by_size(const void *one, const void *two)
{
    double a = *(const double *)one, b = *(const double *)two;

    return (a > b) - (a < b);
}

/* Of the gaps between neighbours among the first n. */
static double median_gap(struct arena *a, const struct end *v, size_t n)
{
    double *gap = arena_array(a, n, sizeof *gap);

    for (size_t i = 0; i + 1 < n; i++)
        gap[i] = v[i + 1].loss - v[i].loss;
    qsort(gap, n - 1, sizeof *gap, by_size);
    return gap[(n - 1) / 2];
}

size_t ends_group(struct arena *a, struct end *v, size_t n)
{
    size_t finite = 0, group = 1;

    qsort(v, n, sizeof *v, by_loss);
    while (finite < n && !isnan(v[finite].loss))
        finite++;
    double median = finite > 1 ? median_gap(a, v, finite) : 0;
    double spread = finite ? v[finite - 1].loss - v[0].loss : 0;
    for (size_t i = 0; i < n; i++) {
        double gap = i && i < finite ? v[i].loss - v[i - 1].loss : 0;
        group += (gap > spread / 20 && gap > 10 * median) || (i && i == finite);
        v[i].group = group;
    }
    return n ? group : 0;
}
