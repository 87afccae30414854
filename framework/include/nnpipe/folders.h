/* SPDX-License-Identifier: MIT */
/*
 * Loaders of a folder with a file for each row and a sub-folder for each class: which files
 * there are, what their classes are called, and what was passed over.
 *
 *     rc = nnp_folders_open(c, dir, &kind, &f);   once; f begins as zeros
 *     f.file[row], f.label[row], f.class_name[label]
 *     nnp_folders_free(&f);
 *
 * Below `dir` every sub-folder is a class, called by its name, in alphabetical order;
 * without any the folder itself is the only one, called as kind.class_name. With `train`
 * and at least one of `val` (or `valid`, `validation`) and `test` the classes are below
 * those: rows of training come first, then validation, then test. dir may also be a single
 * file. Hidden names are left out; what else is no row is counted, and `said` tells of it.
 *
 * A reader of other rows knows the classes beforehand (nnp_folders_know, with the text that
 * nnp_folders_classes made of a training): they keep their numbers, new ones come behind.
 *
 * Header only, C99 and C++; POSIX.
 */
#ifndef NNPIPE_FOLDERS_H
#define NNPIPE_FOLDERS_H
#include <errno.h>
#include <strings.h>
#include <sys/stat.h>

#include <nnpipe/files.h>

/* Why something is no row. */
enum {
    NNP_OVER_NAME,   /* a file of another name */
    NNP_OVER_EMPTY,  /* a folder without a single file that is wanted */
    NNP_OVER_DEEP,   /* a folder in a class */
    NNP_OVER_CLOSED, /* a folder that may not be read */
    NNP_OVER_LOOSE,  /* a file that is wanted, beside the classes */
    NNP_OVER_BESIDE, /* a folder beside train, val and test */
    NNP_OVER_KINDS
};

typedef struct nnp_folders_kind {
    int (*wanted)(const char *name); /* by its name alone */
    int (*is_one)(const void *bytes, size_t n); /* by what is in it */
    const char *what;                /* "PNG or JPEG file" */
    const char *ends;                /* ".png, .jpg or .jpeg" */
    const char *class_name;          /* of files without a folder of their own */
} nnp_folders_kind;

typedef struct nnp_folders {
    char   **file;  /* count names below dir; "": dir is the file */
    int64_t *label; /* count classes */
    char   **class_name;
    size_t   count, classes;
    size_t   val, test; /* the first rows of these parts */
    char     said[1024]; /* what was passed over; "": nothing */
    size_t   known;      /* classes of a training, the first ones */
    char    *coding;     /* the names of the classes; of nnp_folders_open */
    const void *bytes;   /* n bytes of the only file, where that was given; dir names it */
    size_t      n;
    /* while it searches */
    const nnp_folders_kind *kind;
    const char             *dir;
    int                     has_classes; /* 0: not known yet, or all files are one class */
    size_t                  over[NNP_OVER_KINDS];
    char                    example[NNP_OVER_KINDS][96];
} nnp_folders;

enum { NNP_FOLDERS_PATH = 8192 };
/* What stands at a path. */
enum { NNP_IS_NOTHING, NNP_IS_FILE, NNP_IS_FOLDER, NNP_IS_CLOSED };

static inline int nnp_folders_is(const char *path)
{
    struct stat at;
    DIR        *in;

    if (stat(path, &at))
        return errno == EACCES ? NNP_IS_CLOSED : NNP_IS_NOTHING;
    if (!S_ISDIR(at.st_mode))
        return NNP_IS_FILE;
    in = opendir(path);
    if (!in)
        return NNP_IS_CLOSED;
    closedir(in);
    return NNP_IS_FOLDER;
}

static inline void nnp_folders_free(nnp_folders *f)
{
    nnp_files_unlist(f->file, f->count);
    nnp_files_unlist(f->class_name, f->classes);
    free(f->label);
    free(f->coding);
    memset(f, 0, sizeof *f);
}

static inline void nnp_folders_over(nnp_folders *f, int why, const char *below)
{
    if (!f->over[why]++)
        snprintf(f->example[why], sizeof f->example[why], "%.95s", below);
}

static inline const char *nnp_folders_join(char to[NNP_FOLDERS_PATH], const char *a,
                                           const char *b)
{
    snprintf(to, NNP_FOLDERS_PATH, "%.4000s%s%.4000s", a, *a && *b ? "/" : "", b);
    return to;
}

/* Of all files from `first` on. -1: no memory. */
static inline int nnp_folders_label(nnp_folders *f, size_t first, const char *name)
{
    int64_t *more = (int64_t *)realloc(f->label, (f->count + 1) * sizeof *more);
    size_t   k = 0;

    if (!more)
        return -1;
    f->label = more;
    while (k < f->classes && strcmp(f->class_name[k], name) != 0)
        k++;
    if (k == f->classes && nnp_files_add(&f->class_name, &f->classes, name))
        return -1;
    while (first < f->count)
        more[first++] = (int64_t)k;
    return 0;
}

/* The names of the classes in one text, malloc'd; no file's name has a slash. NULL: no
 * memory. */
static inline char *nnp_folders_classes(const nnp_folders *f)
{
    size_t n = 1, to = 0;
    char  *text;

    for (size_t i = 0; i < f->classes; i++)
        n += strlen(f->class_name[i]) + 1;
    text = (char *)malloc(n);
    if (!text)
        return NULL;
    text[0] = 0;
    for (size_t i = 0; i < f->classes; i++)
        to += (size_t)snprintf(text + to, n - to, "%s%s", i ? "/" : "", f->class_name[i]);
    return text;
}

/* Takes such a text. -1: no memory. */
static inline int nnp_folders_know(nnp_folders *f, const char *text)
{
    char name[512];

    for (const char *end; *text; text = *end ? end + 1 : end) {
        end = text + strcspn(text, "/");
        snprintf(name, sizeof name, "%.*s", (int)(end - text), text);
        if (nnp_files_add(&f->class_name, &f->classes, name))
            return -1;
    }
    f->known = f->classes;
    return 0;
}

/* The files right in `below`, a folder of dir. -1: no memory. */
static inline int nnp_folders_files(nnp_folders *f, const char *below)
{
    char   path[NNP_FOLDERS_PATH], full[NNP_FOLDERS_PATH], **name;
    size_t n;
    int    rc = nnp_files_list(nnp_folders_join(path, f->dir, below), &name, &n);

    for (size_t i = 0; !rc && i < n; i++) {
        int is = nnp_folders_is(nnp_folders_join(
            full, f->dir, nnp_folders_join(path, below, name[i])));

        if (is == NNP_IS_FOLDER || is == NNP_IS_CLOSED)
            nnp_folders_over(f, is == NNP_IS_FOLDER ? NNP_OVER_DEEP : NNP_OVER_CLOSED,
                             path);
        else if (f->kind->wanted(name[i]))
            rc = nnp_files_add(&f->file, &f->count, path);
        else
            nnp_folders_over(f, NNP_OVER_NAME, path);
    }
    nnp_files_unlist(name, n);
    return rc;
}

/* One entry of a part: a class, or what is beside the classes. -1: no memory. */
static inline int nnp_folders_entry(nnp_folders *f, const char *below, const char *name)
{
    char   full[NNP_FOLDERS_PATH];
    int    is = nnp_folders_is(nnp_folders_join(full, f->dir, below));
    size_t first = f->count;

    if (is == NNP_IS_FOLDER) {
        if (nnp_folders_files(f, below))
            return -1;
        if (f->count > first)
            return nnp_folders_label(f, first, name);
        nnp_folders_over(f, NNP_OVER_EMPTY, below);
    } else if (is == NNP_IS_CLOSED) {
        nnp_folders_over(f, NNP_OVER_CLOSED, below);
    } else {
        nnp_folders_over(f, f->kind->wanted(name) ? NNP_OVER_LOOSE : NNP_OVER_NAME, below);
    }
    return 0;
}

/* The classes in a part: "" is dir itself. Without any all files in it are one class, but
 * not where training has classes. -1: no memory. */
static inline int nnp_folders_part(nnp_folders *f, const char *part)
{
    char   path[NNP_FOLDERS_PATH], **name;
    size_t n, first = f->count, over[NNP_OVER_KINDS];
    int    rc = nnp_files_list(nnp_folders_join(path, f->dir, part), &name, &n);

    memcpy(over, f->over, sizeof over);
    for (size_t i = 0; !rc && i < n; i++)
        rc = nnp_folders_entry(f, nnp_folders_join(path, part, name[i]), name[i]);
    nnp_files_unlist(name, n);
    f->has_classes |= f->count > first;
    if (rc || f->has_classes || f->over[NNP_OVER_LOOSE] == over[NNP_OVER_LOOSE])
        return rc;
    memcpy(f->over, over, sizeof over);
    rc = nnp_folders_files(f, part);
    return rc || f->count == first ? rc : nnp_folders_label(f, first, f->kind->class_name);
}

/* 0 train, 1 val, 2 test, in capitals too; -1: another name. */
static inline int nnp_folders_part_of(const char *name)
{
    static const char *const names[] = { "train", "val", "test", "valid", "validation" };

    for (int i = 0; i < 5; i++)
        if (strcasecmp(name, names[i]) == 0)
            return i < 3 ? i : 1;
    return -1;
}

/* The names of the parts below dir, of which the list holds the others too. */
static inline void nnp_folders_parts(nnp_folders *f, char **name, size_t n,
                                     const char *part[3])
{
    char path[NNP_FOLDERS_PATH];

    for (size_t i = 0; i < n; i++) {
        int k = nnp_folders_part_of(name[i]);

        if (k >= 0 && !part[k] &&
            nnp_folders_is(nnp_folders_join(path, f->dir, name[i])) == NNP_IS_FOLDER)
            part[k] = name[i];
    }
}

/* What is neither train, val nor test. */
static inline void nnp_folders_beside(nnp_folders *f, char **name, size_t n,
                                      const char *const part[3])
{
    char path[NNP_FOLDERS_PATH];

    for (size_t i = 0; i < n; i++) {
        int is = nnp_folders_is(nnp_folders_join(path, f->dir, name[i]));

        if (name[i] == part[0] || name[i] == part[1] || name[i] == part[2])
            continue;
        if (is == NNP_IS_FOLDER || is == NNP_IS_CLOSED)
            nnp_folders_over(f, NNP_OVER_BESIDE, name[i]);
        else
            nnp_folders_over(f, f->kind->wanted(name[i]) ? NNP_OVER_LOOSE : NNP_OVER_NAME,
                             name[i]);
    }
}

/* -1: no memory. */
static inline int nnp_folders_walk(nnp_folders *f)
{
    const char *part[3] = { NULL, NULL, NULL };
    char      **name;
    size_t      n;
    int         rc = nnp_files_list(f->dir, &name, &n);

    if (!rc)
        nnp_folders_parts(f, name, n, part);
    int parted = part[0] && (part[1] || part[2]);
    if (!rc && !parted)
        rc = nnp_folders_part(f, "");
    if (!rc && !f->count && part[0] && !parted) { /* train alone */
        memset(f->over, 0, sizeof f->over);
        parted = 1;
    }
    f->val = f->test = f->count;
    if (!rc && parted) {
        nnp_folders_beside(f, name, n, part);
        rc = nnp_folders_part(f, part[0]);
        f->val = f->test = f->count;
        rc = rc || !part[1] ? rc : nnp_folders_part(f, part[1]);
        f->test = f->count;
        rc = rc || !part[2] ? rc : nnp_folders_part(f, part[2]);
    }
    nnp_files_unlist(name, n);
    return rc;
}

/* Are all rows of classes that were known? Refuses those that were not. */
static inline int nnp_folders_check(nnp_ctx *c, const nnp_folders *f)
{
    char   all[256] = "";
    size_t n = 0;

    if (f->classes == f->known)
        return NNP_OK;
    for (size_t i = 0; i < f->known && n < sizeof all; i++)
        n += (size_t)snprintf(all + n, sizeof all - n, "%s%.60s", i ? ", " : "",
                              f->class_name[i]);
    return nnp_files_refuse(c, f->dir,
                            "there is no class of the training called '%.60s'; a "
                            "sub-folder for each is needed: %s",
                            f->class_name[f->known], all);
}

static inline int nnp_folders_is_picture(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot && dot != name &&
           (strcasecmp(dot, ".png") == 0 || strcasecmp(dot, ".jpg") == 0 ||
            strcasecmp(dot, ".jpeg") == 0);
}

/* One line for all, with an example of each kind. */
static inline void nnp_folders_say(nnp_folders *f)
{
    const char *const one[] = { " not named ", " without a ", " inside a class",
                                " that may not be read", " beside the classes",
                                " beside train, val and test" };
    const char *const more[] = { f->kind->ends, f->kind->what, "", "", "", "" };
    size_t n = 0;

    for (int k = 0; k < NNP_OVER_KINDS; k++) {
        int file = k == NNP_OVER_NAME || k == NNP_OVER_LOOSE;

        if (!f->over[k] || n >= sizeof f->said)
            continue;
        n += (size_t)snprintf(f->said + n, sizeof f->said - n, "%s%zu %s%s%s%s (%s)",
                              n ? "; " : "passed over: ", f->over[k],
                              file ? "file" : "folder", f->over[k] == 1 ? "" : "s", one[k],
                              more[k], f->example[k]);
    }
}

/* A file alone: one row of the class without a folder. -1: no memory. */
static inline int nnp_folders_one(nnp_folders *f, const nnp_folders_kind *kind,
                                  const char *path)
{
    f->kind = kind;
    f->dir = path;
    if (nnp_files_add(&f->file, &f->count, "") ||
        nnp_folders_label(f, 0, kind->class_name))
        return -1;
    f->val = f->test = f->count;
    return 0;
}

/* Fills f, which begins as zeros, or refuses with what stands at dir instead. */
static inline int nnp_folders_find(nnp_ctx *c, const char *dir,
                                   const nnp_folders_kind *kind, nnp_folders *f)
{
    int is = nnp_folders_is(dir);

    f->kind = kind;
    f->dir = dir;
    if (is == NNP_IS_NOTHING)
        return nnp_files_refuse(c, dir, "there is no such folder");
    if (is == NNP_IS_CLOSED)
        return nnp_files_refuse(c, dir, "this folder may not be read");
    if (is == NNP_IS_FILE && !kind->wanted(dir))
        return nnp_files_refuse(c, dir, "this is a file, not a folder, and not named %s",
                                kind->ends);
    int rc = is == NNP_IS_FOLDER ? nnp_folders_walk(f) : nnp_folders_one(f, kind, dir);
    if (rc)
        return nnp_fail(c, NNP_ENOMEM, "no memory for the names of the files");
    nnp_folders_say(f);
    if (f->val)
        return NNP_OK;
    return nnp_files_refuse(c, dir,
                            "there is no %s in this folder or those right below it%s%s",
                            kind->what, f->said[0] ? "; " : "", f->said);
}
/* Other rows, of a file or a folder; their classes are those of the training. */
static inline int nnp_folders_given(nnp_ctx *c, const char *dir,
                                    const nnp_folders_kind *kind, const nnp_given *g,
                                    nnp_folders *f)
{
    int labels = !g->streams || strchr(g->streams, 'y') != NULL;

    if (g->bytes && !kind->is_one(g->bytes, g->n))
        return NNP_ENOTSUP;
    if (g->coding && !f->known && nnp_folders_know(f, g->coding))
        return nnp_fail(c, NNP_ENOMEM, "no memory for the names of classes");
    if (!g->path && c->flags & NNP_PEEK)
        return NNP_OK; /* the classes are all that is asked for */
    if (g->bytes && labels)
        return nnp_files_refuse(c, g->path, "a file alone says no class; a folder does");
    f->bytes = g->bytes;
    f->n = g->n;
    int rc = g->bytes ? (nnp_folders_one(f, kind, g->path) ? NNP_ENOMEM : NNP_OK)
                      : nnp_folders_find(c, g->path ? g->path : dir, kind, f);
    return rc || !labels || !g->coding ? rc : nnp_folders_check(c, f);
}

/* All of a loader's first setup: what is in dir, or what is given in its place. */
static inline int nnp_folders_open(nnp_ctx *c, const char *dir,
                                   const nnp_folders_kind *kind, nnp_folders *f)
{
    const nnp_given *g = (const nnp_given *)c->host->extension(c, "nnp.given/1");
    int              rc = g ? nnp_folders_given(c, dir, kind, g, f)
                            : nnp_folders_find(c, dir, kind, f);

    if (!rc && !f->coding)
        f->coding = nnp_folders_classes(f);
    return rc || f->coding ? rc : nnp_fail(c, NNP_ENOMEM, "no memory for the classes");
}
#endif
