/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/row_class.h"

#include <math.h>

int64_t row_class(const nnp_tensor *t, size_t i, size_t n, size_t classes)
{
    size_t k = nnp_count(t) / n, best = 0;
    double v = nnp_number(t, i), sum = 0;

    if (k <= 1)
        return v >= 0 && v < (double)classes && v == floor(v) ? (int64_t)v : -1;
    for (size_t j = 0; j < k; j++) {
        double x = nnp_number(t, i * k + j);
        sum += x;
        if (x > nnp_number(t, i * k + best))
            best = j;
    }
    return fabs(sum - 1) < 1e-4 && best < classes ? (int64_t)best : -1;
}
