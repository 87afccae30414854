/* SPDX-License-Identifier: MIT */
/*
 * Images as decoders of files give them, some bytes a pixel, and how they become rows of a
 * stream: brought to one size, channel by channel. Header only, C99 and C++.
 */
#ifndef NNPIPE_RASTER_H
#define NNPIPE_RASTER_H
#include <math.h>
#include <stdint.h>

typedef struct nnp_raster {
    uint8_t *byte;
    int64_t  height, width, channels;
} nnp_raster;

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
