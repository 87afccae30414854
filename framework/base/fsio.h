/* SPDX-License-Identifier: MIT */
/* Files: read whole, replace whole. Nothing half-written is ever left under its final name.
 * Errors go to diag with the file's name and the system's reason. */
#ifndef NNP_BASE_FSIO_H
#define NNP_BASE_FSIO_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/diag.h"

/* Malloc'ed, with a 0 byte behind it. "-" is standard input. More than max: refused. */
int fsio_read(const char *path, size_t max, char **bytes, size_t *n, struct diag *d);
/* The same, gunzipped if it starts like a gzip file (all members; a damaged or truncated
 * one is an error that names the offset). The only user of <zlib.h>. */
int fsio_read_gz(const char *path, size_t max, char **bytes, size_t *n, struct diag *d);
/* A plain file of some size as pages of it, with a 0 byte behind them, for who looks at it
 * once: they are no memory of the process. Whoever cuts the file short meanwhile ends it.
 * false: it is none, or cannot be read so; fsio_read says why. */
bool fsio_map(const char *path, size_t max, char **bytes, size_t *n);
void fsio_unmap(char *bytes, size_t n);
/* The first n bytes have been looked at: their pages need not stay. */
void fsio_map_pass(char *bytes, size_t n);
/* Of all of them, passed by piece by piece. */
void fsio_map_sha256(char *bytes, size_t n, char hex[65]);
/* A deflated stream without a header (zip has them) of `size` bytes to `out`; -1: it is
 * damaged, or has another size. */
int fsio_inflate(const void *bytes, size_t n, void *out, size_t size);
/* Its second half: bytes that were read from path become what they hold. They are freed
 * after an error. */
int fsio_gunzip(const char *path, size_t max, char **bytes, size_t *n, struct diag *d);
/* A zlib stream of bytes, malloc'ed. */
int fsio_deflate(const void *bytes, size_t n, unsigned char **out, size_t *size,
                 struct diag *d);

/* Writes beside (PATH.tmp-PID), fsyncs, renames, fsyncs the folder; on any failure the
 * old file is still whole and nothing new is left. */
int fsio_replace(const char *path, const void *bytes, size_t n, struct diag *d);
/* Removes from a folder what a process that died in the middle of fsio_replace left
 * there. */
void fsio_sweep(const char *folder);
/* The same, of bytes that come one after another: a table need not be in memory as text. */
struct fsio_file {
    const char *path;
    char       *beside; /* NULL: a pipe or a device, which cannot be replaced */
    int         fd, why; /* errno of the first failure, or 0 */
};
int  fsio_begin(struct fsio_file *f, const char *path, struct diag *d);
/* -1: it has failed, now or before; fsio_end says why. */
int  fsio_put(struct fsio_file *f, const void *bytes, size_t n);
int  fsio_end(struct fsio_file *f, struct diag *d);
void fsio_abandon(struct fsio_file *f); /* in place of fsio_end: the old file stays */
/* For who ends the process: what this thread has begun to write is taken away. */
void fsio_forsake(void);
struct fsio_part { /* for files put together from pieces */
    const void *bytes;
    size_t      n;
};
int fsio_replace_parts(const char *path, const struct fsio_part *parts, size_t n_parts,
                       struct diag *d);
/* mkdir -p, 0777 less umask. */
int fsio_folder(const char *path, struct diag *d);
/* A new folder BASE/001, 002 ... that did not exist; its path in arena memory. */
char *fsio_numbered(struct arena *a, const char *base, struct diag *d);
bool  fsio_exists(const char *path);
bool fsio_is_folder(const char *path);
/* A pipe, a terminal, a device: reading may wait, and may have no end. */
bool  fsio_is_stream(const char *path);
/* Half of what the machine has: no file that is read as a whole is larger. */
size_t fsio_most(void);
/* FOLDER of file + "/" + path, or path itself when absolute. */
char *fsio_beside(struct arena *a, const char *file, const char *path);

/* CRC-32 of the bytes that went before (0: none) and these: tells accidents, not malice. */
uint32_t fsio_crc32(uint32_t before, const void *bytes, size_t n);
/* SHA-256 as 64 hex digits and a 0, of memory or of a file (-1: unreadable). */
void fsio_sha256(const void *bytes, size_t n, char hex[65]);
int  fsio_sha256_file(const char *path, char hex[65], struct diag *d);
#endif
