/* SPDX-License-Identifier: MIT */
/*
 * filters: the weights of an item as images, one tile a unit: what a unit of a dense
 * layer looks for in its input, what a kernel of a convolution looks for in a patch.
 *
 *   filters: {of: enc1}
 *   filters: {of: cluster, weight: centers}
 *
 * The second form draws what an estimator has learned. A weight is (units, inputs ...): a
 * row of it has the shape of the input. Grey is zero, white positive, black negative,
 * each unit by its own largest magnitude.
 */
#include <stdio.h>

#include <nnpipe/image.h>
#include <nnpipe/report.h>

struct filters {
    nnp_list    shape;
    int64_t     n, first;
    const char *weight, *file;
};

static const nnp_param params[] = {
    { "n", NNP_INT, offsetof(struct filters, n), "64", "[1,4096]",
      "at most so many units", NULL },
    { "first", NNP_INT, offsetof(struct filters, first), "0", "[0,inf)",
      "unit to begin with", NULL },
    { "shape", NNP_INTS, offsetof(struct filters, shape), "", "[1,4096]",
      "height and width, or channels, height, width; none: as the weight has it, or "
      "square",
      NULL },
    { "weight", NNP_STR, offsetof(struct filters, weight), "weight", NULL,
      "which tensor of the item; an estimator's have names of their own, axes, centers",
      NULL },
    { "file", NNP_STR | NNP_MAIN, offsetof(struct filters, file), "filters.png", NULL,
      "name of the picture in the run's report folder", NULL },
};

static int refuse(nnp_ctx *c, const char *of, const char *why)
{
    return nnp_fail(c, NNP_EINVAL, "of: '%.120s' %s", of, why);
}

static int refuse_weight(nnp_ctx *c, const struct filters *s, const char *of)
{
    char why[200];

    if (strcmp(s->weight, "weight") == 0)
        return refuse(c, of,
                      "has no weights to draw; a dense or convolutional layer has");
    snprintf(why, sizeof why, "has no '%.80s' of f32 rows to draw", s->weight);
    return refuse(c, of, why);
}

static int draw(nnp_ctx *c, const struct filters *s, const nnp_run *run, const char *of,
                const nnp_tensor *w)
{
    int64_t    units = w->shape[0] - s->first;
    size_t     n = (size_t)(units < s->n ? units : s->n);
    char       caption[160];
    nnp_pixels p;
    nnp_image  shape;
    int        rc;

    if (units < 1)
        return refuse(c, of, "has fewer units than `first` says");
    if (nnp_image_shape(w, &s->shape, &shape))
        return refuse(c, of, "has units of another size than `shape` says");
    snprintf(caption, sizeof caption, "%.80s: %zu of %lld units", of, n,
             (long long)w->shape[0]);
    if (nnp_image_mosaic(&p, &shape, nnp_f32(w) + (size_t)s->first * nnp_row(w), n,
                         caption))
        return nnp_fail(c, NNP_ENOMEM, "no memory for the picture");
    rc = run->image(c, s->file, p.width, p.height, p.rgba);
    nnp_pixels_close(&p);
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct filters *s = self;
    const nnp_run        *run = c->host->extension(c, "nnp.run/1");
    const nnp_tensor     *w;
    const char           *of;
    char                  name[256];

    if (!NNP_OFFERS(run, nnp_run, image))
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to make a picture of");
    of = run->of(c, "of", 0);
    if (!of)
        return nnp_fail(c, NNP_EINVAL, "of: the item whose weights are drawn is missing");
    snprintf(name, sizeof name, "%.120s.%.120s", of, s->weight);
    w = run->weight(c, name);
    if (!w || w->ndim < 2 || nnp_type(w) != NNP_F32)
        return refuse_weight(c, s, of);
    return draw(c, s, run, of, w);
}

static const nnp_component filters = {
    NNP_COMPONENT("report", "filters"),
    .doc = "weights of an item as images, one tile a unit",
    .self_size = sizeof(struct filters),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(filters, NNP_OURS, &filters)
