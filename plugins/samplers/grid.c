/* SPDX-License-Identifier: MIT */
/*
 * grid: every setting once, in the order of the file; the last key runs fastest. A range
 * without steps has as many points as its `n` says, evenly spread, both ends among them.
 */
#include <nnpipe/search.h>

static double points_of(const nnp_dim *d)
{
    double n = nnp_dim_count(d);

    return n > 0 ? n : d->n;
}

static int setup(nnp_ctx *c, void *self)
{
    const nnp_search *s = nnp_search_of(c);

    (void)self;
    for (uint32_t i = 0; s && i < s->dims(c); i++)
        if (!(points_of(s->dim(c, i)) >= 1))
            return nnp_fail(c, NNP_EINVAL, "%s has no step; n: 5 says how many points",
                            s->dim(c, i)->name);
    return nnp_search_point(c);
}

/* Point i of a dimension, inner where it is logarithmic. */
static double place(const nnp_dim *d, double i)
{
    double a = nnp_dim_inner(d, d->low), b = nnp_dim_inner(d, d->high);

    if (nnp_dim_count(d) > 0)
        return d->low + i * d->step;
    return d->n > 1 ? nnp_dim_outer(d, a + (b - a) * i / (d->n - 1)) : d->low;
}

/* 0: there are not so many. */
static int point_at(nnp_ctx *c, const nnp_search *s, double i, double *x)
{
    for (uint32_t k = s->dims(c); k-- > 0;) {
        const nnp_dim *d = s->dim(c, k);
        double         n = points_of(d);

        x[k] = place(d, fmod(i, n));
        i = floor(i / n);
    }
    return i < 1;
}

/* Trial k had k points before it, so its own is not before place k; what `when` and
 * `only` leave out is passed by. */
static int forward(nnp_ctx *c, void *self)
{
    const nnp_search *s = nnp_search_of(c);
    double           *x = (double *)c->out[0].data;

    (void)self;
    for (double i = (double)c->step; point_at(c, s, i, x); i++)
        if (!s->known(c, x))
            return NNP_OK;
    return NNP_EOF;
}

static const nnp_component grid = {
    NNP_COMPONENT("sampler", "grid"),
    .doc = "every setting once, in the order of the file",
    .flags = NNP_IN_ORDER,
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(grid, NNP_OURS, &grid)
