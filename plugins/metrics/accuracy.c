/* SPDX-License-Identifier: MIT */
/*
 * accuracy, error: part of the rows (or tokens) whose class is right, and wrong.
 *
 * Of several scores on the last axis the largest is the predicted class, the first one if
 * there are several; the target is a class number or one-hot. A single number is class 1
 * if it is above `threshold`, and so is its target: this serves 0 and 1 as well as -1
 * and 1, and no target of a third value. A NaN is wrong.
 */
#include <nnpipe/classes.h>

struct accuracy {
    double threshold;
};

static const nnp_param params[] = {
    { "threshold", NNP_REAL, offsetof(struct accuracy, threshold), "0.5", NULL,
      "above it, a single number is class 1", NULL },
};

enum { RIGHT, TOTAL, SIDES, STATES = SIDES + NNP_SIDES };

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_classes_setup(c, 1, "counts", STATES);
}

static int fit(nnp_ctx *c, void *self)
{
    const struct accuracy *s = self;
    double                *counts = c->state[0].data;
    size_t                 n = nnp_classes_rows(c);

    for (size_t i = 0; i < n; i++) {
        int64_t x, t = nnp_classes_pair(c, i, s->threshold, counts + SIDES, &x);

        if (t < -1)
            return (int)t;
        counts[RIGHT] += t >= 0 && x == t;
        counts[TOTAL]++;
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *counts = c->state[0].data;

    (void)self;
    return c->host->report(c, "accuracy", counts[RIGHT] / counts[TOTAL]);
}

static int finish_error(nnp_ctx *c, void *self)
{
    const double *counts = c->state[0].data;

    (void)self;
    return c->host->report(c, "error", 1 - counts[RIGHT] / counts[TOTAL]);
}

/* clang-format off */
static const nnp_component accuracy = {
    NNP_COMPONENT("metric", "accuracy"), .doc = "part of the rows whose class is right",
    .flags = NNP_HIGHER,
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct accuracy), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};

static const nnp_component error = {
    NNP_COMPONENT("metric", "error"), .doc = "part of the rows whose class is wrong",
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct accuracy), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish_error,
};
/* clang-format on */
NNP_PLUGIN(accuracy, NNP_OURS, &accuracy, &error)
