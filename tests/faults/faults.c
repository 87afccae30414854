/* SPDX-License-Identifier: MIT */
/* Preloaded into nnpipe by tests/resume.sh and tests/disk_full.sh: counts the calls that
 * change files, and lets the one of number FAULT_AT go wrong.
 *
 *   FAULT_KIND=kill   the process dies by SIGKILL; a write has done half of its work
 *   FAULT_KIND=full   from there on the disk is full: a write does half, then ENOSPC
 *   FAULT_COUNT=FILE  how many calls there were, when the process ends
 *
 * stdio calls write inside the C library, where nothing can stand in between, so fflush
 * and fputs are counted for it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int done;

static int strikes(void)
{
    const char *at = getenv("FAULT_AT"), *kind = getenv("FAULT_KIND");
    int         n = at ? (int)strtol(at, NULL, 10) : 0;

    done++;
    if (!n || done < n)
        return 0;
    if (kind && strcmp(kind, "kill") == 0)
        return done == n;
    return 1;
}

/* The fault itself: does not return, or the disk is full. */
static void strike(void)
{
    const char *kind = getenv("FAULT_KIND");

    if (kind && strcmp(kind, "kill") == 0)
        raise(SIGKILL);
    errno = ENOSPC;
}

static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

__attribute__((destructor)) static void tell(void)
{
    const char *file = getenv("FAULT_COUNT");
    FILE       *f = file ? fopen(file, "w") : NULL;

    if (f && fprintf(f, "%d\n", done) > 0)
        fclose(f);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    ssize_t (*real)(int, const void *, size_t) = NULL;

    *(void **)&real = next("write");
    if (fd <= 2 || !strikes())
        return real(fd, bytes, n);
    ssize_t half = n > 1 ? real(fd, bytes, n / 2) : 0;
    strike();
    return half > 0 ? half : -1;
}

int fsync(int fd)
{
    int (*real)(int) = NULL;

    *(void **)&real = next("fsync");
    if (!strikes())
        return real(fd);
    strike();
    return -1;
}

int fdatasync(int fd)
{
    int (*real)(int) = NULL;

    *(void **)&real = next("fdatasync");
    if (!strikes())
        return real(fd);
    strike();
    return -1;
}

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *) = NULL;

    *(void **)&real = next("rename");
    if (!strikes())
        return real(from, to);
    strike();
    return -1;
}

int fflush(FILE *f)
{
    int (*real)(FILE *) = NULL;

    *(void **)&real = next("fflush");
    if (!f || f == stdout || f == stderr || !strikes())
        return real(f);
    strike();
    return EOF;
}

int fputs(const char *text, FILE *f)
{
    int (*real)(const char *, FILE *) = NULL;

    *(void **)&real = next("fputs");
    if (f == stdout || f == stderr || !strikes())
        return real(text, f);
    strike();
    return EOF;
}
