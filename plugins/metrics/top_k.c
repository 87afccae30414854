/* SPDX-License-Identifier: MIT */
/*
 * top_k: part of the rows (or tokens) whose class is among the k with the largest scores.
 * Of equal scores the first ones count as larger. A row with a NaN is wrong.
 */
#include <nnpipe/classes.h>

struct top_k {
    int64_t k;
};

static const nnp_param params[] = {
    { "k", NNP_INT | NNP_MAIN, offsetof(struct top_k, k), "5", "[1,inf)",
      "scores among which the right one must be", NULL },
};

enum { RIGHT, TOTAL, STATES };

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_classes_setup(c, 2, "counts", STATES);
}

/* How many scores stand before that of class t; all if there is a NaN. */
static size_t rank(const nnp_tensor *x, size_t from, size_t k, size_t t)
{
    double score = nnp_number(x, from + t);
    size_t before = 0;

    for (size_t j = 0; j < k; j++) {
        double v = nnp_number(x, from + j);

        if (v != v)
            return k;
        before += v > score || (v == score && j < t);
    }
    return before;
}

static int fit(nnp_ctx *c, void *self)
{
    const struct top_k *s = self;
    double             *counts = c->state[0].data;
    size_t              k = nnp_classes(c), n = nnp_classes_rows(c);

    for (size_t i = 0; i < n; i++) {
        int64_t t = nnp_classes_target(c, i, k);
        size_t  at = t < 0 ? k : rank(&c->in[0], i * k, k, (size_t)t);

        if (t < -1)
            return (int)t;
        counts[RIGHT] += at < k && (int64_t)at < s->k;
        counts[TOTAL]++;
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *counts = c->state[0].data;

    (void)self;
    return c->host->report(c, "top_k", counts[RIGHT] / counts[TOTAL]);
}

/* clang-format off */
static const nnp_component top_k = {
    NNP_COMPONENT("metric", "top_k"), .doc = "part of the rows whose class is among the k largest scores",
    .flags = NNP_HIGHER,
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct top_k), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(top_k, NNP_OURS, &top_k)
