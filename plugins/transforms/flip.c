/* SPDX-License-Identifier: MIT */
/*
 * flip: mirrors an image with probability p, all its channels alike; of any type. To
 * learn from mirrored images only, say `when: train` beside it.
 */
#include <string.h>

#include <nnpipe/data.h>

struct flip {
    int32_t axis;
    double  p;
};

enum { WIDTH, HEIGHT };

static const nnp_param params[] = {
    { "axis", NNP_ENUM | NNP_MAIN, offsetof(struct flip, axis), "width", "width|height",
      "width: left and right change places; height: top and bottom", NULL },
    { "p", NNP_REAL | NNP_LIVE, offsetof(struct flip, p), "0.5", "[0,1]",
      "probability that an image is mirrored", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    if (c->in[0].ndim != 4)
        return nnp_fail(c, NNP_EINVAL,
                        "flip takes images: rows of 3 axes (channels, height, "
                        "width)");
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

/* The runs of `size` bytes change places. */
static void reverse(const char *from, char *to, size_t runs, size_t size)
{
    for (size_t i = 0; i < runs; i++)
        memcpy(to + i * size, from + (runs - 1 - i) * size, size);
}

static int mirror(nnp_ctx *c, const struct flip *s, const nnp_tensor *from,
                  const nnp_tensor *to)
{
    size_t width = (size_t)from->shape[3] * from->bits / 8;
    size_t height = (size_t)from->shape[2],
           image = (size_t)from->shape[1] * height * width;
    int rc = NNP_OK;

    for (size_t row = 0; !rc && row < (size_t)from->shape[0]; row++) {
        const char *x = (const char *)from->data + row * image;
        char       *y = (char *)to->data + row * image;
        float       u;

        rc = c->host->rand(c, NNP_UNIFORM, row, &u, 1);
        if (u >= (float)s->p)
            memcpy(y, x, image);
        for (size_t i = 0; u < (float)s->p && i < image; i += width)
            if (s->axis == WIDTH)
                reverse(x + i, y + i, (size_t)from->shape[3], from->bits / 8);
        for (size_t i = 0; u < (float)s->p && i < image; i += height * width)
            if (s->axis == HEIGHT)
                reverse(x + i, y + i, height, width);
    }
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    return mirror(c, self, &c->in[0], &c->out[0]);
}

static int backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? mirror(c, self, &c->dout[0], &c->din[0]) : NNP_OK;
}

static const nnp_component flip = {
    NNP_COMPONENT("transform", "flip"),
    .doc = "mirrors images at random",
    .flags = NNP_CORRUPTS | NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct flip),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
};

NNP_PLUGIN(flip, NNP_OURS, &flip)
