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

#define TEMPORARY ".tmp-"

static int refuse(const struct fsio_file *f, struct diag *d)
{
    return diag_system(d, NULL, f->why, "%s: cannot be written", f->path);
}

/* A write may take less than it was given, or be interrupted by a signal. A device that
 * takes nothing and says no reason is not asked for ever. */
static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(fd, bytes, n);
        if (!done)
            errno = EIO;
        if (!done || (done < 0 && errno != EINTR))
            return -1;
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        }
    }
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
    int   rc = fd < 0 ? -diag_machine(errno) : fsync(fd) && errno != EINVAL ? -1 : 0;
    int   why = errno;

    if (fd >= 0)
        close(fd);
    free(folder);
    errno = why;
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

/* Of the file that this thread writes piece by piece: memory may run out between two,
 * which ends the process, and nobody else would take it away. */
static _Thread_local const char *half_written;

void fsio_forsake(void)
{
    if (half_written)
        unlink(half_written);
}

int fsio_begin(struct fsio_file *f, const char *path, struct diag *d)
{
    *f = (struct fsio_file){ .path = path, .fd = -1 };
    if (fsio_is_stream(path)) { /* it cannot be replaced, it is written to */
        f->fd = open(path, O_WRONLY | O_CLOEXEC);
    } else {
        if (asprintf(&f->beside, "%s" TEMPORARY "%ld", path, (long)getpid()) < 0) {
            f->beside = NULL;
            return diag_memory(d, "%s: no memory for its name", path);
        }
        f->fd = create(f->beside);
    }
    f->why = f->fd < 0 ? errno : 0;
    half_written = f->fd < 0 ? NULL : f->beside;
    if (f->fd >= 0)
        return 0;
    free(f->beside);
    return refuse(f, d);
}

int fsio_put(struct fsio_file *f, const void *bytes, size_t n)
{
    if (!f->why && write_all(f->fd, bytes, n))
        f->why = errno;
    return f->why ? -1 : 0;
}

/* The first thing that fails is what is said. */
static void note_failure(struct fsio_file *f, int rc)
{
    if (rc && !f->why)
        f->why = errno;
}

int fsio_end(struct fsio_file *f, struct diag *d)
{
    half_written = NULL;
    if (!f->why && f->beside)
        note_failure(f, fsync(f->fd));
    note_failure(f, close(f->fd));
    if (!f->why && f->beside)
        note_failure(f, rename(f->beside, f->path));
    if (f->why && f->beside)
        unlink(f->beside);
    if (!f->why && f->beside)
        note_failure(f, sync_folder_of(f->path));
    free(f->beside);
    return f->why ? refuse(f, d) : 0;
}

void fsio_abandon(struct fsio_file *f)
{
    half_written = NULL;
    close(f->fd);
    if (f->beside)
        unlink(f->beside);
    free(f->beside);
}

int fsio_replace_parts(const char *path, const struct fsio_part *parts, size_t n_parts,
                       struct diag *d)
{
    struct fsio_file f;

    if (fsio_begin(&f, path, d))
        return -1;
    for (size_t i = 0; i < n_parts && !f.why; i++)
        fsio_put(&f, parts[i].bytes, parts[i].n);
    return fsio_end(&f, d);
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
