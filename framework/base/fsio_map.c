/* SPDX-License-Identifier: MIT */
/* Files as pages of the system, which takes them back when memory is short: what is
 * looked at once need not be copied first. */
#include <config.h>
#include "base/fsio.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"

enum {
    SMALLEST = 1 << 20, /* below, a copy is as cheap */
    PIECE = 1 << 24     /* so much may be in memory beside what is made of it */
};

static size_t in_pages(size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return (n / page + 1) * page; /* with a byte more than n, for the 0 */
}

static bool is_gzip(const unsigned char *b)
{
    return b[0] == 0x1f && b[1] == 0x8b;
}

/* The file lies over pages of zeros, one of which begins where it ends or holds its end.
 */
static char *map_over(int fd, size_t n)
{
    char *at = mmap(NULL, in_pages(n), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED)
        return NULL;
    if (mmap(at, n, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED ||
        is_gzip((const unsigned char *)at)) {
        fsio_unmap(at, n);
        return NULL;
    }
    madvise(at, n, MADV_SEQUENTIAL);
    return at;
}

/* A pipe that is opened and closed again is read to its end for whoever writes to it, so
 * one is not even opened. */
bool fsio_map(const char *path, size_t max, char **bytes, size_t *n)
{
    struct stat st;
    int   fd = fsio_is_stream(path) ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *at = NULL;

    if (fd < 0)
        return false;
    if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size >= SMALLEST &&
        (uint64_t)st.st_size <= max)
        at = map_over(fd, (size_t)st.st_size);
    close(fd);
    if (!at)
        return false;
    *bytes = at;
    *n = (size_t)st.st_size;
    return true;
}

/* Whole pages; they are read again when somebody looks at them again. */
void fsio_map_pass(char *bytes, size_t n)
{
    madvise(bytes, n / (size_t)sysconf(_SC_PAGESIZE) * (size_t)sysconf(_SC_PAGESIZE),
            MADV_DONTNEED);
}

void fsio_map_sha256(char *bytes, size_t n, char hex[65])
{
    struct sha256 s;

    sha256_init(&s);
    for (size_t at = 0, k; at < n; at += k) {
        k = n - at < PIECE ? n - at : PIECE;
        sha256_add(&s, bytes + at, k);
        fsio_map_pass(bytes, at + k);
    }
    sha256_hex(&s, hex);
}

void fsio_unmap(char *bytes, size_t n)
{
    munmap(bytes, in_pages(n));
}
