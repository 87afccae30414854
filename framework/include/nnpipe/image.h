/* SPDX-License-Identifier: MIT */
/*
 * Numbers as images: which shape a row of a stream has as an image, and tiles of them in
 * a picture (pixels.h). One channel is grey, three are red, green and blue; of any other
 * number each is a grey image beside the one before.
 */
#ifndef NNPIPE_IMAGE_H
#define NNPIPE_IMAGE_H
#include <nnpipe/pixels.h>
#include <nnpipe/plugin.h>

typedef struct nnp_image {
    int64_t channels, height, width;
} nnp_image;

enum { NNP_TILE_GAP = 4, NNP_CAPTION = 30, NNP_LETTERS = 13 }; /* pixels */

static inline size_t nnp_image_count(const nnp_image *s)
{
    return (size_t)(s->channels * s->height * s->width);
}

static inline int64_t nnp_image_across(const nnp_image *s)
{
    return s->channels == 3 ? s->width : s->channels * s->width;
}

static inline int64_t nnp_image_side(size_t n) /* of a square of n pixels, or 0 */
{
    int64_t side = (int64_t)(sqrt((double)n) + 0.5);

    return (size_t)(side * side) == n ? side : 0;
}

/*
 * The shape of one row of t: as `given` ([height, width] or [channels, height, width],
 * from an INTS parameter) if that has numbers; as the tensor says; or for a plain vector
 * a square, grey, else of three channels, else a bar one pixel high. -1: given does not
 * fit.
 */
static inline int nnp_image_shape(const nnp_tensor *t, const nnp_list *given,
                                  nnp_image *out)
{
    const int64_t *g = given && given->n ? (const int64_t *)given->v : NULL;
    size_t         n = nnp_row(t);

    if (g) {
        if (given->n != 2 && given->n != 3)
            return -1;
        out->channels = given->n == 3 ? g[0] : 1;
        out->height = g[given->n - 2];
        out->width = g[given->n - 1];
        return nnp_image_count(out) == n ? 0 : -1;
    }
    out->channels = t->ndim == 4 ? t->shape[1] : 1;
    out->height = t->ndim == 4 ? t->shape[2] : t->ndim == 3 ? t->shape[1] : 1;
    out->width = t->ndim == 4 ? t->shape[3] : t->ndim == 3 ? t->shape[2] : (int64_t)n;
    if (t->ndim > 4) {
        out->channels = out->height = 1;
        out->width = (int64_t)n;
    }
    if (out->channels == 1 && out->height == 1 && nnp_image_side(n))
        out->height = out->width = nnp_image_side(n);
    else if (out->channels == 1 && out->height == 1 && n % 3 == 0 &&
             nnp_image_side(n / 3)) {
        out->channels = 3;
        out->height = out->width = nnp_image_side(n / 3);
    }
    return 0;
}

static inline uint32_t nnp_image_grey(float v, double low, double high)
{
    double part = high > low ? ((double)v - low) / (high - low) : 0;

    return (uint32_t)(255 * (part < 0 ? 0 : part > 1 ? 1 : part) + 0.5);
}

/* Draws an image, each of its pixels scale x scale, from low (black) to high (white);
 * what lies outside is clamped, what is no number is magenta. */
static inline void nnp_image_draw(nnp_pixels *p, int64_t x, int64_t y, int64_t scale,
                                  const nnp_image *s, const float *v, double low,
                                  double high)
{
    int64_t plane = s->height * s->width, grey = s->channels == 3 ? 0 : 1;

    for (int64_t c = 0; c < (grey ? s->channels : 1); c++)
        for (int64_t i = 0; i < plane; i++) {
            const float *at = v + c * plane + i;
            uint32_t     colour = 0;

            for (int k = 0; k < 3; k++) {
                float one = at[grey ? 0 : k * plane];

                colour =
                    isnan(one) ? 0xff00ff : colour << 8 | nnp_image_grey(one, low, high);
                if (isnan(one))
                    break;
            }
            nnp_pixels_box(p, (int)(x + (c * s->width + i % s->width) * scale),
                           (int)(y + i / s->width * scale), (int)scale, (int)scale, colour);
        }
}

/* Whole pixels for one of an image, so that `across` images fill about 900. */
static inline int64_t nnp_image_scale(int64_t across, int64_t width)
{
    int64_t scale = 900 / (across * (width + 1));

    return scale < 1 ? 1 : scale > 16 ? 16 : scale;
}

/*
 * n images below a caption, each from -m to m, m its own largest magnitude: grey is zero,
 * white positive (of three channels: each channel by itself). Opens the picture. 0, or
 * -1: no memory.
 */
static inline int nnp_image_mosaic(nnp_pixels *p, const nnp_image *s, const float *v,
                                   size_t n, const char *caption)
{
    int64_t wide = nnp_image_across(s), columns = (int64_t)ceil(sqrt(1.6 * (double)n));
    int64_t scale, step, down, width, height;

    columns = columns > (int64_t)n ? (int64_t)n : columns;
    scale = nnp_image_scale(columns > 8 ? columns : 8, wide);
    step = wide * scale + NNP_TILE_GAP;
    down = s->height * scale + NNP_TILE_GAP;
    width = columns * step - NNP_TILE_GAP;
    width = fmax((double)width, nnp_pixels_text(NULL, 0, 0, NNP_LETTERS, 0, caption) + 6);
    height = NNP_CAPTION + ((int64_t)n + columns - 1) / columns * down;
    if (nnp_pixels_open(p, (uint32_t)width, (uint32_t)height))
        return -1;
    nnp_pixels_text(p, 3, NNP_CAPTION - 12, NNP_LETTERS, NNP_INK, caption);
    for (size_t i = 0; i < n; i++) {
        const float *tile = v + i * nnp_image_count(s);
        double       most = 0;

        for (size_t k = 0; k < nnp_image_count(s); k++)
            most = fmax(most, fabs((double)tile[k])); /* fmax leaves out NaN */
        nnp_image_draw(p, (int64_t)i % columns * step,
                       NNP_CAPTION + (int64_t)i / columns * down, scale, s, tile,
                       -most - (most > 0 ? 0 : 1), most + (most > 0 ? 0 : 1));
    }
    return 0;
}
#endif
