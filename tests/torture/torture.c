/* SPDX-License-Identifier: MIT */
/* Preloaded into nnpipe by tests/torture.sh: the call of number TORTURE_AT goes wrong.
 *
 *   TORTURE_KIND=mem    malloc and its kin, and mmap, give nothing
 *   TORTURE_KIND=on     the same, and so do all calls after it
 *   TORTURE_KIND=EIO    a call of the system fails so; EMFILE and EINTR too
 *   TORTURE_KIND=short  a read or write does one byte, as it may
 *   TORTURE_KIND=zero   a write does nothing, and so do all after it
 *   TORTURE_COUNT=FILE  how many calls of the kind there were, when the process ends
 *
 * What the C library calls in itself (strdup, getline, fopen, dlopen) asks malloc as
 * well, and is reached by that. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's own, which do not look for a malloc that stands in front of them. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);

enum kind { NONE, MEMORY, CALL, SHORT, ZERO };

static struct {
    int         known, on, error;
    enum kind   kind;
    long        at;
    atomic_long calls;
} torture;

static const struct {
    const char *word;
    enum kind   kind;
    int         on, error;
} kinds[] = {
    { "mem", MEMORY, 0, ENOMEM },  { "on", MEMORY, 1, ENOMEM }, { "EIO", CALL, 0, EIO },
    { "EMFILE", CALL, 0, EMFILE }, { "EINTR", CALL, 0, EINTR }, { "short", SHORT, 0, 0 },
    { "zero", ZERO, 1, 0 },
};

static void ask(void)
{
    const char *at = getenv("TORTURE_AT"), *word = getenv("TORTURE_KIND");

    torture.known = 1;
    torture.at = at ? strtol(at, NULL, 10) : 0;
    for (size_t i = 0; word && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].word, word) == 0) {
            torture.kind = kinds[i].kind;
            torture.on = kinds[i].on;
            torture.error = kinds[i].error;
        }
}

/* Is this call of that kind the one? */
static int strikes(enum kind kind)
{
    if (!torture.known)
        ask();
    if (torture.kind != kind)
        return 0;
    long n = atomic_fetch_add(&torture.calls, 1) + 1;
    if (!torture.at || n < torture.at || (n > torture.at && !torture.on))
        return 0;
    if (torture.error)
        errno = torture.error;
    return 1;
}

__attribute__((destructor)) static void tell(void)
{
    const char *file = getenv("TORTURE_COUNT");
    char        text[32];
    int fd = file ? (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC,
                                 0666)
                  : -1;
    int n = snprintf(text, sizeof text, "%ld\n", atomic_load(&torture.calls));

    if (fd >= 0 && syscall(SYS_write, fd, text, n) == n)
        syscall(SYS_close, fd);
}

/* ---- memory ---- */

void *malloc(size_t n)
{
    return strikes(MEMORY) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t m)
{
    return strikes(MEMORY) ? NULL : __libc_calloc(n, m);
}

void *realloc(void *p, size_t n)
{
    return n && strikes(MEMORY) ? NULL : __libc_realloc(p, n);
}

void *reallocarray(void *p, size_t n, size_t m)
{
    size_t total;

    if (__builtin_mul_overflow(n, m, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(p, total);
}

void *memalign(size_t a, size_t n)
{
    return strikes(MEMORY) ? NULL : __libc_memalign(a, n);
}

void *aligned_alloc(size_t a, size_t n)
{
    return memalign(a, n);
}

int posix_memalign(void **p, size_t a, size_t n)
{
    void *q = memalign(a, n);

    if (!q)
        return ENOMEM;
    *p = q;
    return 0;
}

void *mmap(void *where, size_t n, int protection, int flags, int fd, off_t offset)
{
    if (strikes(MEMORY))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, where, n, protection, flags, fd, offset);
}

/* ---- calls of the system ---- */

static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static size_t less(size_t n)
{
    return n && strikes(SHORT) ? 1 : n;
}

ssize_t read(int fd, void *b, size_t n)
{
    return strikes(CALL) ? -1 : syscall(SYS_read, fd, b, less(n));
}

ssize_t write(int fd, const void *b, size_t n)
{
    if (fd <= 2) /* who is to say it otherwise? */
        return syscall(SYS_write, fd, b, n);
    if (strikes(ZERO))
        return 0;
    return strikes(CALL) ? -1 : syscall(SYS_write, fd, b, less(n));
}

ssize_t pread(int fd, void *b, size_t n, off_t o)
{
    return strikes(CALL) ? -1 : syscall(SYS_pread64, fd, b, less(n), o);
}

ssize_t pread64(int fd, void *b, size_t n, off_t o)
{
    return pread(fd, b, n, o);
}

static int open_it(const char *path, int flags, va_list ap)
{
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;

    return strikes(CALL) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list ap;

    va_start(ap, flags);
    int fd = open_it(path, flags, ap);
    va_end(ap);
    return fd;
}

int open64(const char *path, int flags, ...)
{
    va_list ap;

    va_start(ap, flags);
    int fd = open_it(path, flags, ap);
    va_end(ap);
    return fd;
}

DIR *opendir(const char *path)
{
    DIR *(*real)(const char *) = NULL;

    *(void **)&real = next("opendir");
    return strikes(CALL) ? NULL : real(path);
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *(*real)(const char *, const char *) = NULL;

    *(void **)&real = next("fopen");
    return strikes(CALL) ? NULL : real(path, mode);
}

FILE *fdopen(int fd, const char *mode)
{
    FILE *(*real)(int, const char *) = NULL;

    *(void **)&real = next("fdopen");
    return strikes(CALL) ? NULL : real(fd, mode);
}

char *realpath(const char *path, char *to)
{
    char *(*real)(const char *, char *) = NULL;

    *(void **)&real = next("realpath");
    return strikes(CALL) ? NULL : real(path, to);
}

int access(const char *path, int mode)
{
    return strikes(CALL) ? -1 : (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
}

int mkdir(const char *path, mode_t mode)
{
    return strikes(CALL) ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int rename(const char *from, const char *to)
{
    return strikes(CALL) ? -1
                         : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int fsync(int fd)
{
    return strikes(CALL) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return strikes(CALL) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

/* Linux has closed it all the same. */
int close(int fd)
{
    int rc = (int)syscall(SYS_close, fd), why = errno;

    if (strikes(CALL))
        return -1;
    errno = why;
    return rc;
}

int fflush(FILE *f)
{
    int (*real)(FILE *) = NULL;

    *(void **)&real = next("fflush");
    return f && f != stdout && f != stderr && strikes(CALL) ? EOF : real(f);
}

int fclose(FILE *f)
{
    int (*real)(FILE *) = NULL;

    *(void **)&real = next("fclose");
    int rc = real(f);
    return strikes(CALL) ? EOF : rc;
}
