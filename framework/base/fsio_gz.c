/* SPDX-License-Identifier: MIT */
/* Compressed files, read whole, and bytes compressed: the one door to <zlib.h>,
 * and to <libdeflate.h> where that is there: it takes half the time, but wants to know
 * beforehand how much comes out, and says nothing of a file that is damaged. */
#include <config.h>
#include "base/fsio.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#ifdef HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

struct gunzip {
    const char *path;
    char       *out;
    size_t      n, room, max;
};

static int grow(struct gunzip *g, struct diag *d)
{
    size_t room = g->room ? 2 * g->room : 1 << 16;

    if (g->n > g->max)
        return diag_error(d, NULL,
                          "%s: is larger than the %zu bytes allowed when unpacked",
                          g->path, g->max);
    if (room > g->max)
        room = g->max + 1; /* one byte over shows that there is too much */
    if (room <= g->room)
        return 0;
    char *out = realloc(g->out, room + 1);
    if (!out)
        return diag_memory(d, "%s: no memory for its %zu bytes", g->path, room);
    g->out = out;
    g->room = room;
    return 0;
}

static int damaged(const struct gunzip *g, size_t offset, const char *why, struct diag *d)
{
    return diag_error(d, NULL, "%s: the gzip data is damaged at byte %zu: %s", g->path,
                      offset, why);
}

/* The window of the input and output that zlib's 32-bit counters can see. */
static void show_window(z_stream *z, struct gunzip *g, const char *end)
{
    size_t in = (size_t)(end - (const char *)z->next_in), out = g->room - g->n;

    z->avail_in = in < UINT_MAX ? (uInt)in : UINT_MAX;
    z->next_out = (Bytef *)g->out + g->n;
    z->avail_out = out < UINT_MAX ? (uInt)out : UINT_MAX;
}

static int only_zeros(const char *p, const char *end)
{
    while (p < end && !*p)
        p++;
    return p == end;
}

/* All members of the file one after another; zeros behind the last are padding of tapes.
 */
static int inflate_members(z_stream *z, struct gunzip *g, const char *in, size_t n,
                           struct diag *d)
{
    const char *end = in + n;

    for (;;) {
        if ((g->n == g->room || g->n > g->max) && grow(g, d))
            return -1;
        show_window(z, g, end);
        int   rc = inflate(z, Z_NO_FLUSH);
        char *now = (char *)z->next_out;
        g->n = (size_t)(now - g->out);
        const char *at = (const char *)z->next_in;
        size_t      offset = (size_t)(at - in);
        if (rc == Z_STREAM_END) {
            if (g->n > g->max)
                return grow(g, d);
            if (only_zeros(at, end))
                return 0;
            inflateReset(z);
        } else if (rc != Z_OK && rc != Z_BUF_ERROR) {
            return damaged(g, offset, z->msg ? z->msg : "unknown form", d);
        } else if (at == end && g->n < g->room) {
            return diag_error(d, NULL, "%s: the gzip data ends too early, at byte %zu",
                              g->path, offset);
        }
    }
}

static int unpack(const char *path, size_t max, char **bytes, size_t *n, struct diag *d)
{
    struct gunzip g = { .path = path, .max = max };
    z_stream      z = { .next_in = (Bytef *)*bytes };

    if (inflateInit2(&z, 15 + 16) != Z_OK) /* 15: largest window; 16: gzip, not zlib */
        return diag_memory(d, "%s: no memory to unpack it", path);
    int rc = inflate_members(&z, &g, *bytes, *n, d);
    inflateEnd(&z);
    if (rc) {
        free(g.out);
        return -1;
    }
    free(*bytes);
    g.out[g.n] = '\0';
    *bytes = g.out;
    *n = g.n;
    return 0;
}

#ifdef HAVE_LIBDEFLATE
/* A gzip file of one member ends with the size of what it holds, modulo 2^32. */
static size_t size_inside(const char *bytes, size_t n)
{
    uint32_t size = 0;

    for (int i = 0; i < 4; i++)
        size |= (uint32_t)(unsigned char)bytes[n - 4 + (size_t)i] << 8 * i;
    return size;
}

/* 1: unpacked. 0: zlib has to, because there is more than one member, or something is
 * wrong, which it says better. Deflate makes at most 1032 bytes of one, so a size that
 * cannot be is not allocated. */
static int unpack_one(size_t max, char **bytes, size_t *n)
{
    size_t size = *n < 18 ? 0 : size_inside(*bytes, *n), took = 0, made = 0;
    char  *out = *n < 18 || size > max || size / 1032 > *n ? NULL : malloc(size + 1);
    struct libdeflate_decompressor *d = out ? libdeflate_alloc_decompressor() : NULL;
    bool                            done = d &&
                !libdeflate_gzip_decompress_ex(d, *bytes, *n, out, size, &took, &made) &&
                took == *n && made == size;

    if (d)
        libdeflate_free_decompressor(d);
    if (!done) {
        free(out);
        return 0;
    }
    free(*bytes);
    out[size] = '\0';
    *bytes = out;
    *n = size;
    return 1;
}
#else
static int unpack_one(size_t max, char **bytes, size_t *n)
{
    (void)max, (void)bytes, (void)n;
    return 0;
}
#endif

int fsio_gunzip(const char *path, size_t max, char **bytes, size_t *n, struct diag *d)
{
    if (max > SIZE_MAX / 4)
        max = SIZE_MAX / 4;
    if (*n < 2 || memcmp(*bytes, "\x1f\x8b", 2) || unpack_one(max, bytes, n) ||
        !unpack(path, max, bytes, n, d))
        return 0;
    free(*bytes);
    *bytes = NULL;
    return -1;
}

int fsio_read_gz(const char *path, size_t max, char **bytes, size_t *n, struct diag *d)
{
    return fsio_read(path, max, bytes, n, d) || fsio_gunzip(path, max, bytes, n, d) ? -1
                                                                                    : 0;
}

int fsio_inflate(const void *bytes, size_t n, void *out, size_t size)
{
    z_stream z = { .next_in = (Bytef *)(uintptr_t)bytes, .next_out = out };
    int      rc = inflateInit2(&z, -15); /* without a header */
    size_t   left = n, room = size;

    while (rc == Z_OK) {
        uInt in = left < UINT_MAX ? (uInt)left : UINT_MAX;
        uInt to = room < UINT_MAX ? (uInt)room : UINT_MAX;
        z.avail_in = in;
        z.avail_out = to;
        rc = inflate(&z, Z_NO_FLUSH);
        left -= in - z.avail_in;
        room -= to - z.avail_out;
    }
    inflateEnd(&z);
    return rc == Z_STREAM_END && !room ? 0 : -1;
}

int fsio_deflate(const void *bytes, size_t n, unsigned char **out, size_t *size,
                 struct diag *d)
{
    uLong  room = compressBound((uLong)n);
    Bytef *packed = n < ULONG_MAX / 2 ? malloc(room) : NULL;

    if (!packed || compress2(packed, &room, bytes, (uLong)n, Z_BEST_COMPRESSION)) {
        free(packed);
        return diag_memory(d, "no memory to compress %zu bytes", n);
    }
    *out = packed;
    *size = room;
    return 0;
}

uint32_t fsio_crc32(uint32_t before, const void *bytes, size_t n)
{
    return (uint32_t)crc32_z(before, bytes, n);
}
