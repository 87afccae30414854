/* SPDX-License-Identifier: MIT */
/*
 * How a file is replaced so that a crash, a full disk or a power cut leaves either the
 * old one or the new one, whole:
 *
 *     write NAME.tmp-PID     nobody looks at it yet
 *     fsync it               its bytes are on the disk before its name is
 *     rename to NAME         one step; whoever opens NAME sees all of it or none
 *     fsync the folder       the new name itself is on the disk
 *
 * The number in the temporary name is the process: what a process that died has left
 * behind can be told from what one that lives is writing (fsio_sweep).
 */
#include <config.h>
#include "base/fsio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/sha256.h"

#define TEMPORARY ".tmp-"

static int refuse_path(const char *path, const char *what, struct diag *d)
{
    return diag_error(d, NULL, "%s: %s: %s", path, what, strerror(errno));
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
    return diag_error(d, NULL, "%s: no memory for its %zu bytes", path, n);
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

/* A write may take less than it was given, or be interrupted by a signal. */
static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno != EINTR)
            return -1;
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        }
    }
    return 0;
}

static int write_parts(int fd, const struct fsio_part *parts, size_t n_parts)
{
    for (size_t i = 0; i < n_parts; i++)
        if (write_all(fd, parts[i].bytes, parts[i].n))
            return -1;
    return 0;
}

/* The name in the folder is only safe once the folder itself is on the disk. Not every
 * file system can do that: EINVAL counts for nothing. */
static int sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t      root = slash == path; /* the folder is "/" */
    char *folder = slash ? strndup(path, (size_t)(slash - path) + root) : strdup(".");
    int   fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int   rc = fd >= 0 && fsync(fd) && errno != EINVAL ? -1 : 0, why = errno;

    if (fd >= 0)
        close(fd);
    free(folder);
    errno = why;
    return rc;
}

/* A pipe or /dev/stdout cannot be replaced, it is written to. */
static bool is_stream(const char *path)
{
    struct stat st;

    return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static int write_stream(const char *path, const struct fsio_part *parts, size_t n_parts,
                        struct diag *d)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return refuse_path(path, "cannot be written", d);
    int rc = write_parts(fd, parts, n_parts);
    if (rc)
        refuse_path(path, "cannot be written", d);
    if (close(fd) && !rc)
        rc = refuse_path(path, "cannot be written", d);
    return rc;
}

/* `beside` is our own name, so what lies there is a leftover of a process that died. */
static int create(const char *beside)
{
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd < 0 && errno == EEXIST && !unlink(beside))
        fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return fd;
}

int fsio_replace_parts(const char *path, const struct fsio_part *parts, size_t n_parts,
                       struct diag *d)
{
    char *beside;

    if (is_stream(path))
        return write_stream(path, parts, n_parts, d);
    if (asprintf(&beside, "%s" TEMPORARY "%ld", path, (long)getpid()) < 0)
        return out_of_memory(path, strlen(path), d);
    int fd = create(beside);
    int rc = fd < 0 ? -1 : write_parts(fd, parts, n_parts);
    if (!rc)
        rc = fsync(fd);
    int why = errno;
    if (fd >= 0 && close(fd) && !rc) {
        why = errno;
        rc = -1;
    }
    if (!rc && rename(beside, path)) {
        why = errno;
        rc = -1;
    }
    if (rc && fd >= 0)
        unlink(beside);
    if (!rc && sync_folder_of(path)) {
        why = errno;
        rc = -1;
    }
    free(beside);
    errno = why;
    return rc ? refuse_path(path, "cannot be written", d) : 0;
}

int fsio_replace(const char *path, const void *bytes, size_t n, struct diag *d)
{
    return fsio_replace_parts(path, &(struct fsio_part){ bytes, n }, 1, d);
}

/* The number of the process that wrote NAME.tmp-NUMBER, or 0. */
static long writer_of(const char *name)
{
    const char *at = strstr(name, TEMPORARY);
    char       *end = NULL;
    long        pid = at ? strtol(at + strlen(TEMPORARY), &end, 10) : 0;

    return pid > 0 && !*end ? pid : 0;
}

void fsio_sweep(const char *folder)
{
    DIR *dir = opendir(folder);

    for (struct dirent *e; dir && (e = readdir(dir));) {
        long pid = writer_of(e->d_name);
        if (pid && (pid == getpid() || kill((pid_t)pid, 0)))
            unlinkat(dirfd(dir), e->d_name, 0);
    }
    if (dir)
        closedir(dir);
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
    return !access(path, F_OK);
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
