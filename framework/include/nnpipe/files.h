/* SPDX-License-Identifier: MIT */
/*
 * Loaders that read files: what all of them say, ask and refuse in the same way.
 *
 *   const nnp_file *file = nnp_files(c);                   NULL: it was refused
 *   return nnp_files_refuse(c, path, "byte %zu: no header", at);
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_FILES_H
#define NNPIPE_FILES_H
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <nnpipe/data.h>

/* "PATH: " and what is wrong with the file. */
#ifdef __GNUC__
__attribute__((format(printf, 3, 4)))
#endif
static inline int
nnp_files_refuse(nnp_ctx *c, const char *path, const char *form, ...)
{
    char    text[768];
    int     n = snprintf(text, sizeof text, "%.300s: ", path);
    va_list args;

    va_start(args, form);
    vsnprintf(text + n, sizeof text - (size_t)n, form, args);
    va_end(args);
    return c->host->fail(c, NNP_EIO, text);
}

static inline const nnp_file *nnp_files(nnp_ctx *c)
{
    const nnp_file *file = (const nnp_file *)c->host->extension(c, "nnp.file/1");

    if (!file)
        nnp_fail(c, NNP_ENOTSUP, "this host reads no files");
    return file;
}

/* Up to n bytes from the start, for a look at the header; 0 where the file cannot be read,
 * is a gzip file, of which there is no cheaper way than all of it, or is a pipe, which can
 * be read only once. */
static inline size_t nnp_files_start(const char *path, void *to, size_t n)
{
    const uint8_t *b = (const uint8_t *)to;
    struct stat    st;
    FILE          *in = !stat(path, &st) && S_ISREG(st.st_mode) ? fopen(path, "rb") : NULL;
    size_t         got = in ? fread(to, 1, n, in) : 0;

    if (in)
        fclose(in);
    return got < 2 || (b[0] == 0x1f && b[1] == 0x8b) ? 0 : got;
}

/* 1, and the path of dir/name, or of dir/name.gz if that is there; 0: neither is. */
static inline int nnp_files_find(nnp_ctx *c, const nnp_file *file, const char *dir,
                                 const char *name, char *path, size_t room)
{
    snprintf(path, room, "%.900s/%s", dir, name);
    if (file->exists(c, path))
        return 1;
    snprintf(path, room, "%.900s/%s.gz", dir, name);
    return file->exists(c, path);
}

static inline int nnp_files_by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void nnp_files_unlist(char **list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(list[i]);
    free(list);
}

/* One name more, copied, for nnp_files_unlist. -1: no memory. */
static inline int nnp_files_add(char ***list, size_t *n, const char *name)
{
    size_t size = strlen(name) + 1;
    char **more = (char **)realloc(*list, (*n + 1) * sizeof *more);

    if (!more)
        return -1;
    *list = more;
    more[*n] = (char *)malloc(size);
    if (!more[*n])
        return -1;
    memcpy(more[(*n)++], name, size);
    return 0;
}

/* The names in a folder in alphabetical order, without hidden ones, for nnp_files_unlist;
 * n 0 of what is no folder. -1: no memory. */
static inline int nnp_files_list(const char *path, char ***list, size_t *n)
{
    DIR           *in = opendir(path);
    struct dirent *d;
    int            rc = 0;

    *list = NULL;
    *n = 0;
    while (in && !rc && (d = readdir(in)) != NULL)
        rc = d->d_name[0] == '.' ? 0 : nnp_files_add(list, n, d->d_name);
    if (in)
        closedir(in);
    if (*n)
        qsort(*list, *n, sizeof **list, nnp_files_by_name);
    return rc;
}

/* Of a data set that datasets/ fetches into the folder that dir ends with. */
static inline int nnp_files_missing(nnp_ctx *c, const char *dir, const char *name)
{
    const char *slash = strrchr(dir, '/'), *set = slash && slash[1] ? slash + 1 : dir;

    return nnp_fail(
        c, NNP_EIO,
        "%.200s/%.100s is missing: run datasets/%.100s/fetch.sh, or set NNPIPE_DATA to "
        "the folder that holds %.100s/",
        dir, name, set, set);
}
#endif
