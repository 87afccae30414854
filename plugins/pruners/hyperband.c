/* SPDX-License-Identifier: MIT */
/*
 * hyperband: several brackets, of which each compares its own trials only and begins to
 * do so at another rung: Li et al. (2018), "Hyperband". With S + 1 rungs, the whole
 * length among them, bracket s = 0 .. S has n_s = ceil((S + 1) / (s + 1) * factor^s) of
 * sum(n) trials, and its first rung is number S - s. Trial k belongs to the bracket that
 * is furthest behind its part, n_s (k + 1) / sum(n) less its trials so far; ties go to
 * the larger s.
 */
#include <nnpipe/asha.h>

struct hyperband {
    int64_t first, factor;
};

static const nnp_param params[] = {
    { "first", NNP_INT, offsetof(struct hyperband, first), "1", "[1,1000000]",
      "the lowest rung", "epochs" },
    { "factor", NNP_INT, offsetof(struct hyperband, factor), "3", "[2,1000]",
      "one of so many goes on, for so many times the epochs", NULL },
};

enum { MOST = 40 };

struct brackets {
    int     last; /* S */
    double  part[MOST];
    int64_t own; /* bracket of the trial at hand */
};

static int bracket_of(const struct brackets *b, int64_t number)
{
    double got[MOST] = { 0 };
    int    best = 0;

    for (int64_t k = 0; k <= number; k++) {
        best = b->last;
        for (int s = b->last; s >= 0; s--)
            if (b->part[s] * (double)(k + 1) - got[s] >
                b->part[best] * (double)(k + 1) - got[best] + 1e-12)
                best = s;
        got[best]++;
    }
    return best;
}

static int is_own(const void *arg, int64_t number)
{
    const struct brackets *b = (const struct brackets *)arg;

    return bracket_of(b, number) == b->own;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct hyperband *p = (const struct hyperband *)self;
    const nnp_search       *s = nnp_search_of(c);
    struct brackets         b = { 0, { 0 }, 0 };
    int64_t                 epoch = (int64_t)c->epoch;
    double                  sum = 0;

    if (!s)
        return nnp_fail(c, NNP_ENOTSUP, "this host searches nothing");
    int rung = nnp_asha_rung(p->first, p->factor, s->epochs(c), epoch);
    b.last = nnp_asha_rungs(p->first, p->factor, s->epochs(c));
    b.last = b.last < MOST ? b.last : MOST - 1;
    for (int k = 0; k <= b.last; k++)
        sum += b.part[k] =
            ceil((b.last + 1.0) / (k + 1.0) * pow((double)p->factor, k) - 1e-9);
    for (int k = 0; k <= b.last; k++)
        b.part[k] /= sum;
    b.own = bracket_of(&b, (int64_t)c->step);
    if (rung < 0 || rung < b.last - b.own)
        return NNP_OK;
    return nnp_asha_goes_on(c, s, epoch, p->factor, is_own, &b) ? NNP_OK : NNP_EOF;
}

static const nnp_component hyperband = {
    NNP_COMPONENT("pruner", "hyperband"),
    .doc = "asha in brackets that begin to compare at different rungs",
    .self_size = sizeof(struct hyperband),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(hyperband, NNP_OURS, &hyperband)
