/* SPDX-License-Identifier: MIT */
/*
 * confusion: how often class R was taken for class C, reported as "confusion.R.C"; the
 * figure "confusion" itself is the part on the diagonal. Classes are found as by
 * accuracy; a row with a NaN counts for no class, but in the total.
 */
#include <nnpipe/data.h>
#include <nnpipe/classes.h>

struct confusion {
    double threshold;
};

static const nnp_param params[] = {
    { "threshold", NNP_REAL, offsetof(struct confusion, threshold), "0.5", NULL,
      "above it, a single number is class 1", NULL },
};

enum { MOST = 256 };

/* Rows are the classes of the target; the last column is for NaN. */
static int setup(nnp_ctx *c, void *self)
{
    int64_t k = nnp_classes(c) > 1 ? (int64_t)nnp_classes(c) : 2, table[2] = { k, k + 1 };
    int64_t sides = NNP_SIDES;
    int     rc = nnp_classes_check(c, 1);

    (void)self;
    if (!rc && k > MOST) {
        rc = nnp_fail(c, NNP_EINVAL, "a table of at most %d classes is made, not of %lld",
                      MOST, (long long)k);
    }
    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "counts", NNP_F64, 2, table, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "sides", NNP_F64, 1, &sides, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int fit(nnp_ctx *c, void *self)
{
    const struct confusion *s = self;
    double                 *counts = c->state[0].data, *sides = c->state[1].data;
    size_t                  n = nnp_classes_rows(c);
    int64_t                 last = c->state[0].shape[0];

    for (size_t i = 0; i < n; i++) {
        int64_t x, t = nnp_classes_pair(c, i, s->threshold, sides, &x);

        if (t < -1)
            return (int)t;
        if (t >= 0)
            counts[t * (last + 1) + (x < 0 ? last : x)]++;
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *counts = c->state[0].data;
    int64_t       k = c->state[0].shape[0];
    double        right = 0, total = 0;
    char          key[64];
    int           rc = NNP_OK;

    (void)self;
    for (int64_t i = 0; !rc && i < k * (k + 1); i++) {
        int64_t row = i / (k + 1), column = i % (k + 1);

        total += counts[i];
        right += row == column ? counts[i] : 0;
        snprintf(key, sizeof key, "confusion.%lld.%lld", (long long)row,
                 (long long)column);
        if (column < k)
            rc = c->host->report(c, key, counts[i]);
    }
    return rc ? rc : c->host->report(c, "confusion", right / total);
}

/* clang-format off */
static const nnp_component confusion = {
    NNP_COMPONENT("metric", "confusion"), .doc = "which class was taken for which",
    .flags = NNP_HIGHER | NNP_DETAILS,
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct confusion), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(confusion, NNP_OURS, &confusion)
