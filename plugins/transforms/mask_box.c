/* SPDX-License-Identifier: MIT */
/*
 * mask.box: cuts a box out of every image, at random or in the centre; the second output
 * is the mask (rows, 1, height, width), 1 inside the hole. What to paint there is the
 * task of inpainting: Pathak et al. (2016), "Context encoders: feature learning by
 * inpainting".
 *
 * The hole is filled with one number, with the mean of what is left of the channel, or
 * with uniform noise in [0, 1). Numbers drawn: 2 rows for the places, then the noise.
 */
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/window.h>

struct mask_box {
    nnp_list size;
    int32_t  train, eval, fill;
    double   value;
};

enum { RANDOM, CENTRE };
enum { VALUE, MEAN, NOISE };

static const nnp_param params[] = {
    { "size", NNP_INTS | NNP_MAIN, offsetof(struct mask_box, size), "8", "[1,65536]",
      "of the hole: one number, or [height, width]", "pixels" },
    { "train", NNP_ENUM, offsetof(struct mask_box, train), "random", "random|centre",
      "where the hole is in training", NULL },
    { "eval", NNP_ENUM, offsetof(struct mask_box, eval), "centre", "random|centre",
      "where it is else", NULL },
    { "fill", NNP_ENUM, offsetof(struct mask_box, fill), "value", "value|mean|noise",
      "what the hole holds: `value`, the mean of the rest of the channel, or noise",
      NULL },
    { "value", NNP_REAL, offsetof(struct mask_box, value), "0", NULL,
      "what the hole holds with `fill: value`", NULL },
};

static int64_t side(const struct mask_box *s, int axis)
{
    const int64_t *v = s->size.v;

    return v[s->size.n > 1 ? axis : 0];
}

static int setup(nnp_ctx *c, void *self)
{
    const struct mask_box *s = self;
    const nnp_tensor      *x = &c->in[0];
    int                    rc = nnp_images_check(c, "mask.box");

    if (rc)
        return rc;
    if (s->size.n < 1 || s->size.n > 2)
        return nnp_fail(c, NNP_EINVAL, "size: one number, or [height, width]");
    if (side(s, 0) > x->shape[2] || side(s, 1) > x->shape[3])
        return nnp_fail(c, NNP_EINVAL,
                        "size: a hole of %" PRId64 " x %" PRId64
                        " does not fit into %" PRId64 " x %" PRId64 " pixels",
                        side(s, 0), side(s, 1), x->shape[2], x->shape[3]);
    int64_t mask[4] = { x->shape[0], 1, x->shape[2], x->shape[3] };
    rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, x->shape, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_OUT, "mask", NNP_F32, 4, mask, NULL);
    return rc < 0 ? rc : NNP_OK;
}

struct hole {
    int64_t top, left, height, width; /* of the hole */
    int64_t rows, columns;            /* of the image */
};

static int find(nnp_ctx *c, const struct mask_box *s, size_t row, struct hole *h)
{
    int   at = c->flags & NNP_TRAIN ? s->train : s->eval;
    float u[2];
    int   rc = at == RANDOM ? c->host->rand(c, NNP_UNIFORM, 2 * row, u, 2) : NNP_OK;

    h->rows = c->in[0].shape[2];
    h->columns = c->in[0].shape[3];
    h->height = side(s, 0);
    h->width = side(s, 1);
    int64_t down = h->rows - h->height, right = h->columns - h->width;
    h->top = at == RANDOM ? (int64_t)(u[0] * (float)(down + 1)) : down / 2;
    h->left = at == RANDOM ? (int64_t)(u[1] * (float)(right + 1)) : right / 2;
    return rc;
}

static int inside(const struct hole *h, int64_t y, int64_t x)
{
    return y >= h->top && y < h->top + h->height && x >= h->left &&
           x < h->left + h->width;
}

static double sum_hole(const struct hole *h, const float *x)
{
    double sum = 0;

    for (int64_t y = h->top; y < h->top + h->height; y++)
        for (int64_t k = h->left; k < h->left + h->width; k++)
            sum += (double)x[y * h->columns + k];
    return sum;
}

static void fill_hole(const struct hole *h, float *x, float value)
{
    for (int64_t y = h->top; y < h->top + h->height; y++)
        for (int64_t k = h->left; k < h->left + h->width; k++)
            x[y * h->columns + k] = value;
}

/* Pixels of an image that stay. */
static int64_t rest(const struct hole *h)
{
    return h->rows * h->columns - h->height * h->width;
}

static float mean_of_rest(const struct hole *h, const float *x)
{
    double sum = -sum_hole(h, x);

    for (int64_t i = 0; i < h->rows * h->columns; i++)
        sum += (double)x[i];
    return rest(h) ? (float)(sum / (double)rest(h)) : 0;
}

/* Noise is drawn into the hole line by line, channel by channel. */
static int draw_noise(nnp_ctx *c, const struct hole *h, uint64_t plane, float *x)
{
    uint64_t first =
        2 * (uint64_t)c->in[0].shape[0] + plane * (uint64_t)(h->height * h->width);
    int rc = NNP_OK;

    for (int64_t y = 0; !rc && y < h->height; y++)
        rc = c->host->rand(c, NNP_UNIFORM, first + (uint64_t)(y * h->width),
                           x + (h->top + y) * h->columns + h->left, (size_t)h->width);
    return rc;
}

static void write_mask(const struct hole *h, float *to)
{
    for (int64_t y = 0; y < h->rows; y++)
        for (int64_t x = 0; x < h->columns; x++)
            to[y * h->columns + x] = inside(h, y, x) ? 1.0f : 0.0f;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct mask_box *s = self;
    const nnp_tensor      *x = &c->in[0];
    size_t                 channels = (size_t)x->shape[1];
    size_t                 size = (size_t)(x->shape[2] * x->shape[3]);
    struct hole            h;
    int                    rc = NNP_OK;

    for (size_t row = 0; !rc && row < (size_t)x->shape[0]; row++) {
        rc = find(c, s, row, &h);
        for (size_t ch = 0; !rc && c->out[0].data && ch < channels; ch++) {
            const float *from = nnp_f32(x) + (row * channels + ch) * size;
            float       *to = nnp_f32(&c->out[0]) + (row * channels + ch) * size;
            float        value = (float)s->value;

            if (s->fill == MEAN)
                value = mean_of_rest(&h, from);
            memcpy(to, from, size * sizeof *to);
            if (s->fill == NOISE)
                rc = draw_noise(c, &h, row * channels + ch, to);
            else
                fill_hole(&h, to, value);
        }
        if (!rc && c->out[1].data)
            write_mask(&h, nnp_f32(&c->out[1]) + row * size);
    }
    return rc;
}

/* With the mean, what flows into the hole flows to everything around it. */
static int backward(nnp_ctx *c, void *self)
{
    const struct mask_box *s = self;
    const nnp_tensor      *x = &c->in[0];
    size_t                 channels = (size_t)x->shape[1];
    size_t                 size = (size_t)(x->shape[2] * x->shape[3]);
    struct hole            h;
    int                    rc = NNP_OK;

    if (!c->din[0].data)
        return NNP_OK;
    for (size_t row = 0; !rc && row < (size_t)x->shape[0]; row++) {
        rc = find(c, s, row, &h);
        for (size_t ch = 0; !rc && ch < channels; ch++) {
            const float *dy = nnp_f32(&c->dout[0]) + (row * channels + ch) * size;
            float       *dx = nnp_f32(&c->din[0]) + (row * channels + ch) * size;
            float        share = 0;

            if (s->fill == MEAN && rest(&h))
                share = (float)(sum_hole(&h, dy) / (double)rest(&h));
            for (size_t i = 0; i < size; i++)
                dx[i] = dy[i] + share;
            fill_hole(&h, dx, 0);
        }
    }
    return rc;
}

static const nnp_component mask_box = {
    NNP_COMPONENT("transform", "mask.box"),
    .doc = "cuts a box out of images, and says where",
    .takes = NNP_F32,
    .flags = NNP_CORRUPTS | NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct mask_box),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
};

NNP_PLUGIN(mask_box, NNP_OURS, &mask_box)
