/* SPDX-License-Identifier: MIT */
/*
 * asha: at epochs first, first * factor, first * factor^2, ... only the best 1/factor of
 * the trials that came so far go on: see <nnpipe/asha.h>.
 */
#include <nnpipe/asha.h>

struct asha {
    int64_t first, factor;
};

static const nnp_param params[] = {
    { "first", NNP_INT, offsetof(struct asha, first), "1", "[1,1000000]",
      "where trials are compared first", "epochs" },
    { "factor", NNP_INT, offsetof(struct asha, factor), "3", "[2,1000]",
      "one of so many goes on, for so many times the epochs", NULL },
};

static int forward(nnp_ctx *c, void *self)
{
    const struct asha *p = (const struct asha *)self;
    const nnp_search  *s = nnp_search_of(c);
    int64_t            epoch = (int64_t)c->epoch;

    if (!s)
        return nnp_fail(c, NNP_ENOTSUP, "this host searches nothing");
    if (nnp_asha_rung(p->first, p->factor, s->epochs(c), epoch) < 0)
        return NNP_OK;
    return nnp_asha_goes_on(c, s, epoch, p->factor, NULL, NULL) ? NNP_OK : NNP_EOF;
}

static const nnp_component asha = {
    NNP_COMPONENT("pruner", "asha"),
    .doc = "at each rung the best part of the trials goes on",
    .self_size = sizeof(struct asha),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(asha, NNP_OURS, &asha)
