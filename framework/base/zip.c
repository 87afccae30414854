/* SPDX-License-Identifier: MIT */
/*
 * The end of an archive says where its directory lies, and that where each file does. All
 * numbers are little-endian. What stands before a file once more is only used to find
 * where its bytes begin.
 */
#include <config.h>
#include "base/zip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"

enum { END = 22, ENTRY = 46, LOCAL = 30, COMMENT_MAX = 65535 };
enum { STORED = 0, DEFLATED = 8 };
enum { ENCRYPTED = 1 };
static const uint64_t largest = (uint64_t)1 << 34; /* of a file, unpacked */

struct archive {
    const char          *path;
    const unsigned char *b;
    size_t               n;
    struct diag         *d;
};

struct zip_file {
    const char *name;
    size_t      name_n;
    unsigned    flags, method;
    uint32_t    crc;
    uint64_t    packed, size, at;
    size_t      next; /* where the next entry begins */
};

static uint64_t number(const unsigned char *p, int bytes)
{
    uint64_t v = 0;

    while (bytes--)
        v = v << 8 | p[bytes];
    return v;
}

static int damaged(const struct archive *z, size_t at, const char *why)
{
    return diag_error(z->d, NULL, "%s: the zip archive is damaged at byte %zu: %s",
                      z->path, at, why);
}

bool zip_is(const void *bytes, size_t n)
{
    return n >= END &&
           (memcmp(bytes, "PK\3\4", 4) == 0 || memcmp(bytes, "PK\5\6", 4) == 0);
}

/* Behind the end there may be a comment. */
static int find_directory(const struct archive *z, size_t *at, size_t *entries)
{
    size_t first = z->n > END + COMMENT_MAX ? z->n - END - COMMENT_MAX : 0;

    for (size_t i = z->n - END + 1; i-- > first;) {
        if (memcmp(z->b + i, "PK\5\6", 4) != 0)
            continue;
        *entries = (size_t)number(z->b + i + 10, 2);
        *at = (size_t)number(z->b + i + 16, 4);
        return *at <= i ? 0 : damaged(z, i, "its directory is not there");
    }
    return damaged(z, z->n, "it has no end");
}

/* Sizes that 32 bits do not hold stand in a field behind the name, in this order. */
static void widen(const unsigned char *extra, size_t n, struct zip_file *e)
{
    uint64_t *const wide[] = { &e->size, &e->packed, &e->at };

    for (size_t i = 0; i + 4 <= n;) {
        size_t id = (size_t)number(extra + i, 2), size = (size_t)number(extra + i + 2, 2);
        size_t at = i + 4, end = at + size;
        for (int k = 0; id == 1 && k < 3 && end <= n; k++)
            if (*wide[k] == UINT32_MAX && at + 8 <= end) {
                *wide[k] = number(extra + at, 8);
                at += 8;
            }
        i = end;
    }
}

static int read_entry(const struct archive *z, size_t at, struct zip_file *e)
{
    const unsigned char *p = z->b + at;

    if (z->n - at < ENTRY || memcmp(p, "PK\1\2", 4) != 0)
        return damaged(z, at, "there is no entry of its directory");
    size_t name = (size_t)number(p + 28, 2), extra = (size_t)number(p + 30, 2);
    size_t comment = (size_t)number(p + 32, 2);
    if (name + extra + comment > z->n - at - ENTRY)
        return damaged(z, at, "an entry is longer than the archive");
    *e = (struct zip_file){ .name = (const char *)p + ENTRY,
                            .name_n = name,
                            .flags = (unsigned)number(p + 8, 2),
                            .method = (unsigned)number(p + 10, 2),
                            .crc = (uint32_t)number(p + 16, 4),
                            .packed = number(p + 20, 4),
                            .size = number(p + 24, 4),
                            .at = number(p + 42, 4),
                            .next = at + ENTRY + name + extra + comment };
    widen(p + ENTRY + name, extra, e);
    return 0;
}

static int unpack(const struct archive *z, const struct zip_file *e,
                  const unsigned char *p, char *out)
{
    if (e->method == STORED && e->packed == e->size) {
        memcpy(out, p, (size_t)e->size);
        return 0;
    }
    if (e->method == DEFLATED)
        return fsio_inflate(p, (size_t)e->packed, out, (size_t)e->size);
    return damaged(z, (size_t)e->at, "a file is packed in a way that is not known");
}

static int read_file(const struct archive *z, const struct zip_file *e, char **out,
                     size_t *size)
{
    const unsigned char *p = z->b + e->at;

    if (e->flags & ENCRYPTED)
        return diag_error(z->d, NULL, "%s: '%.*s' in it is encrypted", z->path,
                          (int)e->name_n, e->name);
    if (e->at > z->n || z->n - e->at < LOCAL || memcmp(p, "PK\3\4", 4) != 0)
        return damaged(z, (size_t)e->at, "there is no file");
    size_t lead = LOCAL + (size_t)number(p + 26, 2) + (size_t)number(p + 28, 2);
    if (lead > z->n - e->at || e->packed > z->n - e->at - lead)
        return damaged(z, (size_t)e->at, "a file is longer than the archive");
    /* No more than what deflate can make of so many bytes. */
    if (e->size > largest || e->size / 1040 > e->packed)
        return damaged(z, (size_t)e->at, "a file is larger than it can be");
    *out = malloc((size_t)e->size + 1);
    if (!*out)
        return diag_memory(z->d, "%s: no memory for '%.*s'", z->path, (int)e->name_n,
                           e->name);
    int rc = unpack(z, e, p + lead, *out);
    if (rc || fsio_crc32(0, *out, (size_t)e->size) != e->crc) {
        free(*out);
        *out = NULL;
        return damaged(z, (size_t)e->at, "the bytes of a file are others");
    }
    (*out)[e->size] = 0;
    *size = (size_t)e->size;
    return 1;
}

int zip_read(const char *path, const void *bytes, size_t n, const char *name, char **out,
             size_t *size, struct diag *d)
{
    struct archive z = { path, bytes, n, d };
    size_t         at = 0, entries = 0;

    *out = NULL;
    if (!zip_is(bytes, n))
        return damaged(&z, 0, "this is none");
    if (find_directory(&z, &at, &entries))
        return -1;
    for (size_t i = 0; i < entries; i++) {
        struct zip_file e;
        if (read_entry(&z, at, &e))
            return -1;
        if (name ? strlen(name) == e.name_n && memcmp(name, e.name, e.name_n) == 0
                 : entries == 1)
            return read_file(&z, &e, out, size);
        at = e.next;
    }
    return 0;
}
