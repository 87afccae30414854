/* SPDX-License-Identifier: MIT */
/*
 * elastic: ratio |x| + (1 - ratio) x^2, summed over a weight, averaged over all elements
 * of a stream. Zou and Hastie (2005), "Regularization and variable selection via the
 * elastic net". ratio 1 is l1, ratio 0 is l2.
 */
#include <math.h>

#include <nnpipe/formula.h>
#include <nnpipe/penalty.h>

struct elastic {
    double ratio;
};

static const nnp_param params[] = {
    { "ratio", NNP_REAL | NNP_LIVE | NNP_MAIN, offsetof(struct elastic, ratio), "0.5",
      "[0,1]", "part of l1, the rest being l2", NULL },
};

static inline double value(const void *self, double x)
{
    const struct elastic *s = self;

    return s->ratio * fabs(x) + (1 - s->ratio) * x * x;
}

static inline float slope(const void *self, float x)
{
    float ratio = (float)((const struct elastic *)self)->ratio;
    float sign = x > 0 ? 1 : x < 0 ? -1 : x; /* NaN stays one */

    return ratio * sign + (1 - ratio) * 2 * x;
}

NNP_PENALTY(value, slope)

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "R = ratio abs(w) + (1 - ratio) w^2",
    .backward = "R' = ratio sign(w) + 2 (1 - ratio) w",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component elastic = {
    NNP_COMPONENT("regularizer", "elastic"), .doc = "l1 and l2 in a ratio",
    .takes = NNP_F32,
    .self_size = sizeof(struct elastic), NNP_PARAMS(params),
    .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(elastic, NNP_OURS, &elastic)
