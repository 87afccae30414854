/* SPDX-License-Identifier: MIT */
/*
 * perplexity: exp of the mean cross-entropy, exp(- mean log p(class)): the number of
 * equally likely classes that would be as hard to guess. The target is a class number or
 * a weight for every class. As in xent no logarithm is below -100.
 */
#include <nnpipe/classes.h>

struct perplexity {
    int32_t from;
};

enum { PROBABILITIES, LOGITS };

static const nnp_param params[] = {
    { "from", NNP_ENUM | NNP_MAIN, offsetof(struct perplexity, from), "probabilities",
      "probabilities|logits", "what `of` is; without `of` a metric gets probabilities",
      NULL },
};

enum { SUM, TOTAL, STATES };

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_classes_setup(c, 2, "sums", STATES);
}

/* What is taken off a logit to get its log-probability. */
static double log_sum(const nnp_tensor *x, size_t from, size_t k)
{
    double max = nnp_number(x, from), sum = 0;

    for (size_t j = 1; j < k; j++)
        max = nnp_number(x, from + j) > max ? nnp_number(x, from + j) : max;
    for (size_t j = 0; j < k; j++)
        sum += exp(nnp_number(x, from + j) - max);
    return max + log(sum);
}

static int fit(nnp_ctx *c, void *self)
{
    const struct perplexity *s = self;
    double                  *sums = c->state[0].data;
    size_t                   k = nnp_classes(c), n = nnp_classes_rows(c);

    for (size_t i = 0; i < n; i++) {
        int64_t y = nnp_classes_are_numbers(c) ? nnp_classes_target(c, i, k) : -1;
        double  norm = s->from == LOGITS ? log_sum(&c->in[0], i * k, k) : 0;

        if (y < -1)
            return (int)y;
        for (size_t j = 0; j < k; j++) {
            double t = y < 0 ? nnp_number(&c->in[1], i * k + j) : (int64_t)j == y;
            double x = nnp_number(&c->in[0], i * k + j);
            double p = s->from == LOGITS ? x - norm : log(x);

            if (s->from == PROBABILITIES && p < -100)
                p = -100;
            sums[SUM] -= t != 0 ? t * p : 0; /* 0 log 0 is 0 */
        }
        sums[TOTAL]++;
    }
    return NNP_OK;
}

static int finish(nnp_ctx *c, void *self)
{
    const double *sums = c->state[0].data;

    (void)self;
    return c->host->report(c, "perplexity", exp(sums[SUM] / sums[TOTAL]));
}

/* clang-format off */
static const nnp_component perplexity = {
    NNP_COMPONENT("metric", "perplexity"), .doc = "number of classes that would be as hard to guess",
    .min_in = 2, .max_in = 2, .self_size = sizeof(struct perplexity), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish,
};
/* clang-format on */
NNP_PLUGIN(perplexity, NNP_OURS, &perplexity)
