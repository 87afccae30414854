/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/png.h"

#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"

enum { PIXEL = 4, FILTERS = 3 }; /* bytes; the filters none, sub and up */

/* What a filter leaves of byte i of a row: the difference from the pixel before, or from
 * the row above. */
static uint8_t filtered(int filter, const uint8_t *row, const uint8_t *above, size_t i)
{
    if (filter == 1 && i >= PIXEL)
        return (uint8_t)(row[i] - row[i - PIXEL]);
    if (filter == 2 && above)
        return (uint8_t)(row[i] - above[i]);
    return row[i];
}

/* How far from zero the bytes of a filtered row are: a small sum packs well. */
static size_t distance(int filter, const uint8_t *row, const uint8_t *above, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        uint8_t v = filtered(filter, row, above, i);
        sum += v < 128 ? v : 256u - v;
    }
    return sum;
}

static void filter_row(const uint8_t *row, const uint8_t *above, size_t n, uint8_t *out)
{
    size_t least = SIZE_MAX;

    for (int f = 0; f < FILTERS; f++) {
        size_t far = distance(f, row, above, n);
        if (far < least) {
            least = far;
            out[0] = (uint8_t)f;
        }
    }
    for (size_t i = 0; i < n; i++)
        out[1 + i] = filtered(out[0], row, above, i);
}

static unsigned char *put32(unsigned char *to, uint32_t v)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *to++ = (unsigned char)(v >> shift);
    return to;
}

static unsigned char *put_chunk(unsigned char *to, const char *type, const void *bytes,
                                size_t n)
{
    unsigned char *begin;

    to = put32(to, (uint32_t)n);
    begin = to;
    memcpy(to, type, 4);
    if (n)
        memcpy(to + 4, bytes, n);
    return put32(to + 4 + n, fsio_crc32(0, begin, 4 + n));
}

static unsigned char *assemble(uint32_t width, uint32_t height,
                               const unsigned char *packed, size_t n, size_t *size)
{
    unsigned char  header[13] = { 0 };
    unsigned char *file = malloc(8 + 12 + sizeof header + 12 + n + 12), *at = file;

    if (!file)
        return NULL;
    put32(put32(header, width), height);
    header[8] = 8; /* bits */
    header[9] = 6; /* red, green, blue, alpha */
    memcpy(at, "\x89PNG\r\n\x1a\n", 8);
    at = put_chunk(at + 8, "IHDR", header, sizeof header);
    at = put_chunk(at, "IDAT", packed, n);
    at = put_chunk(at, "IEND", NULL, 0);
    *size = (size_t)(at - file);
    return file;
}

int png_encode(const uint8_t *rgba, uint32_t width, uint32_t height, unsigned char **out,
               size_t *size, struct diag *d)
{
    size_t         row = (size_t)width * PIXEL, n;
    unsigned char *rows, *packed, *file;

    if (!width || !height || width > PNG_MAX_SIDE || height > PNG_MAX_SIDE)
        return diag_error(d, NULL, "a picture of %u x %u pixels cannot be written", width,
                          height);
    rows = malloc((row + 1) * height);
    if (!rows)
        return diag_memory(d, "no memory for a picture of %u x %u pixels", width, height);
    for (size_t y = 0; y < height; y++)
        filter_row(rgba + y * row, y ? rgba + (y - 1) * row : NULL, row,
                   rows + y * (row + 1));
    int rc = fsio_deflate(rows, (row + 1) * height, &packed, &n, d);
    free(rows);
    if (rc)
        return -1;
    file = assemble(width, height, packed, n, size);
    free(packed);
    if (!file)
        return diag_memory(d, "no memory for a picture of %u x %u pixels", width, height);
    *out = file;
    return 0;
}
