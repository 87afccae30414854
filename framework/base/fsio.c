/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/fsio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/sha256.h"

static int refuse_path(const char *path, const char *what, struct diag *d)
{
    return diag_system(d, NULL, errno, "%s: %s", path, what);
}

static int open_to_read(const char *path, struct diag *d)
{
    int fd = !strcmp(path, "-") ? dup(0) : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        refuse_path(path, "cannot be opened", d);
    return fd;
}

/* What a regular file says of its size, plus one so that the end is met at the first try.
 */
static size_t guess(int fd, size_t max)
{
    struct stat st;
    size_t      n = 1 << 16;

    if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size >= 0)
        n = (uint64_t)st.st_size > max ? max + 1 : (size_t)st.st_size + 1;
    return n;
}

static int out_of_memory(const char *path, size_t n, struct diag *d)
{
    return diag_memory(d, "%s: no memory for its %zu bytes", path, n);
}

static int read_all(int fd, const char *path, size_t max, char **bytes, size_t *n,
                    struct diag *d)
{
    size_t room = guess(fd, max), have = 0;
    char  *buf = malloc(room + 1);

    for (;;) {
        if (!buf)
            return out_of_memory(path, room, d);
        ssize_t got = read(fd, buf + have, room - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            refuse_path(path, "cannot be read", d);
            break;
        }
        have += (size_t)got;
        if (have > max) {
            diag_error(d, NULL, "%s: is larger than the %zu bytes allowed", path, max);
            break;
        }
        if (!got) {
            buf[have] = '\0';
            *bytes = buf;
            *n = have;
            return 0;
        }
        if (have == room) {
            char *more = realloc(buf, 2 * room + 1);
            if (!more)
                free(buf);
            buf = more;
            room *= 2;
        }
    }
    free(buf);
    return -1;
}

int fsio_read(const char *path, size_t max, char **bytes, size_t *n, struct diag *d)
{
    int fd = open_to_read(path, d);

    if (fd < 0)
        return -1;
    if (max > SIZE_MAX / 4)
        max = SIZE_MAX / 4;
    int rc = read_all(fd, path, max, bytes, n, d);
    close(fd);
    return rc;
}

/* mkdir first, a look afterwards: between a look and a mkdir another process may come. */
static int make_folder(const char *path)
{
    struct stat st;

    if (!mkdir(path, 0777))
        return 0;
    int why = errno;
    if (!stat(path, &st) && S_ISDIR(st.st_mode))
        return 0;
    errno = why;
    return -1;
}

int fsio_folder(const char *path, struct diag *d)
{
    char *part = strdup(path);
    int   rc = 0;

    if (!part)
        return out_of_memory(path, strlen(path), d);
    for (char *p = part; *p && !rc; p++)
        if (*p == '/' && p != part) {
            *p = '\0';
            rc = make_folder(part);
            *p = '/';
        }
    if (!rc && *part)
        rc = make_folder(part);
    free(part);
    return rc ? refuse_path(path, "cannot be made a folder", d) : 0;
}

/* The highest number in use, so that a deleted run's number is not given away again. */
static unsigned highest(const char *base)
{
    DIR     *dir = opendir(base);
    unsigned most = 0;

    for (struct dirent *e; dir && (e = readdir(dir));) {
        char         *end;
        unsigned long n = strtoul(e->d_name, &end, 10);
        if (e->d_name[0] >= '0' && e->d_name[0] <= '9' && !*end && n < 100000000 &&
            n > most)
            most = (unsigned)n;
    }
    if (dir)
        closedir(dir);
    return most;
}

/* mkdir is the lock: of two runs that begin at once one makes the folder, the other goes
 * on to the next number. */
char *fsio_numbered(struct arena *a, const char *base, struct diag *d)
{
    if (fsio_folder(base, d))
        return NULL;
    for (unsigned n = highest(base) + 1;; n++) {
        char *path = arena_printf(a, "%s/%03u", base, n);
        if (!mkdir(path, 0777))
            return path;
        if (errno != EEXIST) { /* somebody else was faster: try the next */
            refuse_path(path, "cannot be made a folder", d);
            return NULL;
        }
    }
}

bool fsio_exists(const char *path)
{
    if (!access(path, F_OK))
        return true;
    diag_lost(errno, path);
    return false;
}

bool fsio_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool fsio_is_stream(const char *path)
{
    struct stat st;

    return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/* Of the address space that is left to a 32-bit process too. */
size_t fsio_most(void)
{
    long     pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    uint64_t half = pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size / 2 : 0;

    return half && half < SIZE_MAX / 4 ? (size_t)half : SIZE_MAX / 4;
}

char *fsio_beside(struct arena *a, const char *file, const char *path)
{
    const char *slash = strrchr(file, '/');

    if (path[0] == '/' || !slash)
        return arena_strdup(a, path);
    return arena_printf(a, "%.*s%s", (int)(slash - file) + 1, file, path);
}

void fsio_sha256(const void *bytes, size_t n, char hex[65])
{
    struct sha256 s;

    sha256_init(&s);
    sha256_add(&s, bytes, n);
    sha256_hex(&s, hex);
}

int fsio_sha256_file(const char *path, char hex[65], struct diag *d)
{
    struct sha256 s;
    char          piece[1 << 14];
    ssize_t       got;
    int           fd = open_to_read(path, d);

    if (fd < 0)
        return -1;
    sha256_init(&s);
    while ((got = read(fd, piece, sizeof piece)) != 0) {
        if (got > 0)
            sha256_add(&s, piece, (size_t)got);
        else if (errno != EINTR)
            break;
    }
    int rc = got < 0 ? refuse_path(path, "cannot be read", d) : 0;
    close(fd);
    if (!rc)
        sha256_hex(&s, hex);
    return rc;
}
