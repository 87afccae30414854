/* SPDX-License-Identifier: MIT */
/*
 * Images as decoders of files give them, some bytes a pixel, and how they become rows of a
 * stream: of three channels or one, upright, brought to one size, channel by channel.
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_RASTER_H
#define NNPIPE_RASTER_H
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct nnp_raster {
    uint8_t *byte;
    int64_t  height, width, channels;
} nnp_raster;

static inline size_t nnp_raster_bytes(const nnp_raster *i)
{
    return (size_t)(i->channels * i->height * i->width);
}

/* Takes the sides that a file claims to have; NULL, or why not: they are a bomb. */
static inline const char *nnp_raster_sides(nnp_raster *i, int64_t height, int64_t width)
{
    i->height = height;
    i->width = width;
    if (height < 1 || width < 1 || height > 32768 || width > 32768 ||
        height > (1 << 26) / width)
        return "larger than 32768 pixels a side or 67108864 in all";
    return NULL;
}

/* The luma of Rec. 601. */
static inline uint8_t nnp_raster_luma(const uint8_t *rgb)
{
    return (uint8_t)((299u * rgb[0] + 587u * rgb[1] + 114u * rgb[2] + 500) / 1000);
}

/* Of red, green and blue in place, pixel after pixel. */
static inline void nnp_raster_put(const uint8_t rgb[3], int64_t channels, uint8_t *to)
{
    if (channels == 1)
        *to = nnp_raster_luma(rgb);
    else
        memcpy(to, rgb, 3);
}

/* Red, green, blue and alpha become `channels`, 3 or 1, laid over white. */
static inline void nnp_raster_flatten(nnp_raster *i, int64_t channels)
{
    for (int64_t p = 0; p < i->height * i->width; p++) {
        const uint8_t *from = i->byte + 4 * p;
        uint8_t        rgb[3];

        for (int k = 0; k < 3; k++)
            rgb[k] = (uint8_t)((from[k] * from[3] + 255 * (255 - from[3]) + 127) / 255);
        nnp_raster_put(rgb, channels, i->byte + channels * p);
    }
    i->channels = channels;
}

/* Cyan, magenta, yellow and black become `channels`, 3 or 1. missing: the numbers say how
 * much of each ink is not there. */
static inline void nnp_raster_inks(nnp_raster *i, int missing, int64_t channels)
{
    for (int64_t p = 0; p < i->height * i->width; p++) {
        const uint8_t *from = i->byte + 4 * p;
        uint8_t        rgb[3];

        for (int k = 0; k < 3; k++) {
            int ink = missing ? from[k] : 255 - from[k];
            int black = missing ? from[3] : 255 - from[3];

            rgb[k] = (uint8_t)((ink * black + 127) / 255);
        }
        nnp_raster_put(rgb, channels, i->byte + channels * p);
    }
    i->channels = channels;
}

static inline uint32_t nnp_raster_number(const uint8_t *b, int bytes, int little)
{
    uint32_t v = 0;

    for (int k = 0; k < bytes; k++)
        v = v << 8 | b[little ? bytes - 1 - k : k];
    return v;
}

/* The orientation, 1 to 8, in n bytes of EXIF behind its name; 1: none, or damaged. */
static inline int nnp_raster_exif(const uint8_t *b, size_t n)
{
    int      little = n > 1 && b[0] == 'I';
    uint32_t at = n < 8 ? 0 : nnp_raster_number(b + 4, 4, little);
    uint32_t entries = at < 8 || n < 2 || at > n - 2
                           ? 0
                           : nnp_raster_number(b + at, 2, little);

    if (n < 8 || memcmp(b, little ? "II*\0" : "MM\0*", 4) != 0)
        return 1;
    at += 2;
    for (; entries && at + 12 <= n; entries--, at += 12)
        if (nnp_raster_number(b + at, 2, little) == 0x112) {
            uint32_t v = nnp_raster_number(b + at + 8, 2, little);

            return v >= 1 && v <= 8 && nnp_raster_number(b + at + 2, 2, little) == 3
                       ? (int)v
                       : 1;
        }
    return 1;
}

/* Puts an image upright that lies as EXIF says: 2 to 4 are mirrored or upside down, 5 to 8
 * lie on a side. The bytes are malloc'd. -1: no memory. */
static inline int nnp_raster_turn(nnp_raster *i, int orientation)
{
    int64_t h = orientation > 4 ? i->width : i->height;
    int64_t w = orientation > 4 ? i->height : i->width;
    int64_t c = i->channels;

    if (orientation < 2)
        return 0;
    uint8_t *to = (uint8_t *)malloc((size_t)(h * w * c));
    if (!to)
        return -1;
    for (int64_t r = 0; r < h; r++)
        for (int64_t q = 0; q < w; q++) {
            int64_t y = orientation > 4 ? q : r, x = orientation > 4 ? r : q;

            if (orientation == 3 || orientation == 4 || orientation == 6 ||
                orientation == 7)
                y = i->height - 1 - y;
            if (orientation == 2 || orientation == 3 || orientation == 7 ||
                orientation == 8)
                x = i->width - 1 - x;
            memcpy(to + (r * w + q) * c, i->byte + (y * i->width + x) * c, (size_t)c);
        }
    free(i->byte);
    i->byte = to;
    i->height = h;
    i->width = w;
    return 0;
}

/* Mean over the area from y[0], x[0] to y[1], x[1] of channel k of interleaved bytes. */
static inline double nnp_raster_area(const nnp_raster *i, int64_t k, const double y[2],
                                     const double x[2])
{
    double sum = 0, weight = 0;

    for (int64_t r = (int64_t)y[0]; r < i->height && (double)r < y[1]; r++)
        for (int64_t q = (int64_t)x[0]; q < i->width && (double)q < x[1]; q++) {
            double high = fmin((double)r + 1, y[1]) - fmax((double)r, y[0]);
            double wide = fmin((double)q + 1, x[1]) - fmax((double)q, x[0]);

            sum += high * wide * i->byte[(r * i->width + q) * i->channels + k];
            weight += high * wide;
        }
    return weight > 0 ? sum / weight : 0;
}

/* Fills `to`, [channels, height, width], from interleaved bytes: stretched, or (crop) cut
 * around the centre. A pixel is the mean of the area that it covers. */
static inline void nnp_raster_fit(const nnp_raster *i, int crop, const nnp_raster *to)
{
    double step[2] = { (double)i->height / (double)to->height,
                       (double)i->width / (double)to->width };
    double begin[2] = { 0, 0 };

    if (crop) {
        step[0] = step[1] = fmin(step[0], step[1]);
        begin[0] = ((double)i->height - step[0] * (double)to->height) / 2;
        begin[1] = ((double)i->width - step[1] * (double)to->width) / 2;
    }
    for (int64_t r = 0; r < to->height; r++)
        for (int64_t q = 0; q < to->width; q++) {
            double y[2] = { begin[0] + step[0] * (double)r,
                            begin[0] + step[0] * (double)(r + 1) };
            double x[2] = { begin[1] + step[1] * (double)q,
                            begin[1] + step[1] * (double)(q + 1) };

            for (int64_t k = 0; k < to->channels; k++)
                to->byte[(k * to->height + r) * to->width + q] =
                    (uint8_t)(nnp_raster_area(i, k, y, x) + 0.5);
        }
}
#endif
