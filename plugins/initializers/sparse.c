/* SPDX-License-Identifier: MIT */
/*
 * sparse: every unit is linked to `links` of its inputs, chosen at random, with normal
 * weights; all others are 0.
 *
 * Martens (2010), "Deep learning via Hessian-free optimization", section 5: 15 links of
 * deviation 1, so that units differ and do not saturate however many inputs there are.
 * Unit u draws its weights at positions u links .. and its choices behind those of all
 * units (one further, since normal numbers come in pairs).
 */
#include <nnpipe/plugin.h>

struct sparse {
    int64_t links;
    double  std;
};

static const nnp_param params[] = {
    { "links", NNP_INT | NNP_MAIN, offsetof(struct sparse, links), "15", "[1,1024]",
      "inputs of a unit with a weight", NULL },
    { "std", NNP_REAL, offsetof(struct sparse, std), "1", "[0,inf)",
      "standard deviation of these weights", NULL },
};

enum { MOST = 1024 };

/* k different numbers below n: Floyd's algorithm (Bentley 1987, "Programming pearls: a
 * sample of brilliance"), u uniform. */
static void choose(const float *u, size_t k, size_t n, size_t *chosen)
{
    for (size_t i = 0; i < k; i++) {
        size_t last = n - k + i, pick = (size_t)((double)u[i] * (double)(last + 1));

        for (size_t e = 0; e < i; e++)
            if (chosen[e] == pick) {
                pick = last;
                break;
            }
        chosen[i] = pick;
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct sparse *s = self;
    const nnp_tensor    *w = &c->out[0];
    size_t               units, n, k, chosen[MOST];
    float                u[MOST], value[MOST];
    int                  rc = NNP_OK;

    if (nnp_type(w) != NNP_F32)
        return nnp_fail(c, NNP_ENOTSUP, "only f32 weights can be drawn");
    if (w->ndim < 2)
        return nnp_fail(c, NNP_EINVAL, "a weight [out, in, ...] is needed");
    units = (size_t)w->shape[0];
    n = nnp_row(w);
    k = (size_t)s->links < n ? (size_t)s->links : n;
    for (size_t i = 0; i < units * n; i++)
        nnp_f32(w)[i] = 0;
    for (size_t r = 0; !rc && r < units; r++) {
        rc = c->host->rand(c, NNP_NORMAL, r * k, value, k);
        if (!rc)
            rc = c->host->rand(c, NNP_UNIFORM, units * k + 1 + r * k, u, k);
        choose(u, k, n, chosen);
        for (size_t i = 0; i < k; i++)
            nnp_f32(w)[r * n + chosen[i]] = (float)s->std * value[i];
    }
    return rc;
}

/* clang-format off */
static const nnp_component sparse = {
    NNP_COMPONENT("initializer", "sparse"), .doc = "a few random links per unit, the rest 0",
    .self_size = sizeof(struct sparse), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(sparse, NNP_OURS, &sparse)
