/* SPDX-License-Identifier: MIT */
/*
 * crop: a window of an image, at random in training and from the centre else; of any
 * type. With `pad` there are so many pixels of `value` around the image first.
 *
 * shift: the same window at a random place, as large as the image: what leaves it on one
 * side is gone, on the other comes `value`. It moves in evaluation too unless
 * `when: train` stands beside it.
 */
#include <inttypes.h>
#include <string.h>

#include <nnpipe/data.h>

struct crop {
    nnp_list size;
    int32_t  train, eval;
    int64_t  pad;
    double   value;
};

enum { RANDOM, CENTRE };

static const nnp_param crop_params[] = {
    { "size", NNP_INTS | NNP_MAIN, offsetof(struct crop, size), "", "[1,65536]",
      "of the window: one number, or [height, width]; without it that of the image",
      "pixels" },
    { "train", NNP_ENUM, offsetof(struct crop, train), "random", "random|centre",
      "where the window is in training", NULL },
    { "eval", NNP_ENUM, offsetof(struct crop, eval), "centre", "random|centre",
      "where it is else", NULL },
    { "pad", NNP_INT, offsetof(struct crop, pad), "0", "[0,65536]",
      "put around the image first, on every side", "pixels" },
    { "value", NNP_REAL, offsetof(struct crop, value), "0", NULL,
      "what the padding holds", NULL },
};

static const nnp_param shift_params[] = {
    { "most", NNP_INT | NNP_MAIN, offsetof(struct crop, pad), "2", "[0,65536]",
      "how far it moves at most, along both axes", "pixels" },
    { "value", NNP_REAL, offsetof(struct crop, value), "0", NULL,
      "what comes in from the sides", NULL },
};

static int64_t side(const struct crop *s, const nnp_tensor *x, int axis)
{
    const int64_t *v = s->size.v;

    return s->size.n ? v[s->size.n > 1 ? axis : 0] : x->shape[2 + axis];
}

static int setup(nnp_ctx *c, void *self)
{
    const struct crop *s = self;
    const nnp_tensor  *x = &c->in[0];

    if (x->ndim != 4)
        return nnp_fail(c, NNP_EINVAL,
                        "images are needed: rows of 3 axes (channels, height, "
                        "width)");
    if (s->size.n > 2)
        return nnp_fail(c, NNP_EINVAL, "size: one number, or [height, width]");
    int64_t y[4] = { x->shape[0], x->shape[1], side(s, x, 0), side(s, x, 1) };
    int64_t high = x->shape[2] + 2 * s->pad, wide = x->shape[3] + 2 * s->pad;
    if (y[2] > high || y[3] > wide)
        return nnp_fail(c, NNP_EINVAL,
                        "size: %" PRId64 " x %" PRId64
                        " pixels are more than the %" PRId64 " x %" PRId64
                        " there are; `pad` adds some",
                        y[2], y[3], high, wide);
    int rc = c->host->declare(c, NNP_OUT, "y", nnp_type(x), 4, y, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* Where the window begins in the image, -pad or more. */
static int find(nnp_ctx *c, const struct crop *s, size_t row, int64_t at[2])
{
    int   where = c->flags & NNP_TRAIN ? s->train : s->eval;
    float u[2];
    int   rc = where == RANDOM ? c->host->rand(c, NNP_UNIFORM, 2 * row, u, 2) : NNP_OK;

    for (int a = 0; a < 2; a++) {
        int64_t room = c->in[0].shape[2 + a] + 2 * s->pad - side(s, &c->in[0], a);

        at[a] = where == RANDOM ? (int64_t)(u[a] * (float)(room + 1)) : room / 2;
        at[a] -= s->pad;
    }
    return rc;
}

static void put(const nnp_tensor *t, size_t i, double v)
{
    switch (nnp_type(t)) {
    case NNP_F32: ((float *)t->data)[i] = (float)v; break;
    case NNP_F64: ((double *)t->data)[i] = v; break;
    case NNP_U8:
        ((uint8_t *)t->data)[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
        break;
    case NNP_I8:
        ((int8_t *)t->data)[i] = (int8_t)(v < -128 ? -128 : v > 127 ? 127 : v);
        break;
    case NNP_I32: ((int32_t *)t->data)[i] = (int32_t)v; break;
    case NNP_I64: ((int64_t *)t->data)[i] = (int64_t)v; break;
    }
}

/* Along a line of n pixels, those of a window of `size` at `at` that are there. */
static void overlap(int64_t at, int64_t size, int64_t n, int64_t *begin, int64_t *end)
{
    *begin = at < 0 ? -at : 0;
    *end = n - at < size ? n - at : size;
    *begin = *begin > size ? size : *begin;
    *end = *end < *begin ? *begin : *end;
}

/* One channel, window from image or, `back`, image from window. */
static void move(const struct crop *s, const nnp_tensor *big, const nnp_tensor *small,
                 size_t plane, const int64_t at[2], int back)
{
    size_t  bytes = big->bits / 8;
    int64_t w = small->shape[3], h = small->shape[2], begin, end;
    char *x = (char *)big->data + plane * (size_t)(big->shape[2] * big->shape[3]) * bytes;
    size_t first = plane * (size_t)(w * h);

    overlap(at[1], w, big->shape[3], &begin, &end);
    for (int64_t y = 0; y < h; y++) {
        int   there = y + at[0] >= 0 && y + at[0] < big->shape[2] && begin < end;
        char *to = (char *)small->data + (first + (size_t)(y * w + begin)) * bytes;
        char *from =
            there ? x + (size_t)((y + at[0]) * big->shape[3] + begin + at[1]) * bytes : x;

        for (int64_t k = 0; !back && k < w; k++)
            if (!there || k < begin || k >= end)
                put(small, first + (size_t)(y * w + k), s->value);
        if (there)
            memcpy(back ? from : to, back ? to : from, (size_t)(end - begin) * bytes);
    }
}

static int move_all(nnp_ctx *c, const struct crop *s, const nnp_tensor *big,
                    const nnp_tensor *small, int back)
{
    size_t channels = (size_t)big->shape[1];
    int    rc = NNP_OK;

    for (size_t row = 0; !rc && row < (size_t)big->shape[0]; row++) {
        int64_t at[2];

        rc = find(c, s, row, at);
        for (size_t ch = 0; !rc && ch < channels; ch++)
            move(s, big, small, row * channels + ch, at, back);
    }
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    return move_all(c, self, &c->in[0], &c->out[0], 0);
}

static int backward(nnp_ctx *c, void *self)
{
    if (!c->din[0].data)
        return NNP_OK;
    memset(c->din[0].data, 0, nnp_count(&c->din[0]) * sizeof(float));
    return move_all(c, self, &c->din[0], &c->dout[0], 1);
}

static const nnp_component crop = {
    NNP_COMPONENT("transform", "crop"),
    .doc = "cuts a window out of images, at random or from the centre",
    .flags = NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct crop),
    NNP_PARAMS(crop_params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
};

/* Its `train`, `eval` and `size` are zero: at random, as large as the image. */
static const nnp_component shift = {
    NNP_COMPONENT("transform", "shift"),
    .doc = "moves images at random",
    .flags = NNP_CORRUPTS | NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct crop),
    NNP_PARAMS(shift_params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
};

NNP_PLUGIN(crop, NNP_OURS, &crop, &shift)
