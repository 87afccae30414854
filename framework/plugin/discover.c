/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/discover.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugin/kinds.h"

/* That a folder or file is not there, or not ours to read, is nothing to speak of. */
static void note_fault(struct discover *v, const char *path, int why)
{
    if (!v->fault && diag_machine(why)) {
        v->fault = arena_strdup(v->arena, path);
        v->fault_why = why;
    }
}

/* ---- one file ---- */

static char *real_path(struct discover *v, const char *path)
{
    char *real = realpath(path, NULL);

    if (!real) {
        int why = errno;
        note_fault(v, path, why);
        errno = why;
        return NULL;
    }
    char *copy = arena_strdup(v->arena, real);
    free(real);
    return copy;
}

/* Why what lies in the folder is not trusted, or NULL. */
static const char *folder_distrust(struct discover *v, const char *folder)
{
    struct stat st;
    if (v->trust_all)
        return NULL;
    if (stat(folder, &st)) {
        note_fault(v, folder, errno);
        return NULL;
    }
    const char *why = trust_why(&v->trust, &st);
    if (!why)
        return NULL;
    if (!v->distrusted || !strstr(v->distrusted, folder))
        v->distrusted =
            arena_printf(v->arena, "%s%s%s", v->distrusted ? v->distrusted : "",
                         v->distrusted ? " " : "", folder);
    return arena_printf(v->arena, "in the folder %s, which is %s", folder, why);
}

static const char *folder_of(struct arena *a, const char *real)
{
    const char *slash = strrchr(real, '/');

    return slash > real ? arena_strndup(a, real, (size_t)(slash - real)) : "/";
}

static struct found *find_twin(const struct discover *v, const struct scan *s)
{
    for (size_t i = 0; s->inode && i < v->n; i++)
        if (v->files[i]->scan.inode == s->inode && v->files[i]->scan.device == s->device)
            return v->files[i];
    return NULL;
}

/* A file that the user named and owns is her word, wherever it lies. */
static const char *file_distrust(struct discover *v, const struct stat *st, bool named,
                                 const char *of_folder)
{
    const char *why = named ? trust_why_named(&v->trust, st) : trust_why(&v->trust, st);

    return why ? why : named && st->st_uid == geteuid() ? NULL : of_folder;
}

/* real is without links; named: by the user, not found in a folder; distrust: of the
 * folders it is in, or NULL. */
static struct found *add_found(struct discover *v, const char *shown, const char *real,
                               bool chosen, bool named, const char *distrust)
{
    struct found *f = arena_alloc(v->arena, sizeof *f);
    struct stat   st;

    scan_file(v->arena, real, &f->scan, &st);
    note_fault(v, real, f->scan.failed);
    struct found *twin = find_twin(v, &f->scan);
    if (twin)
        return twin;
    distrust =
        v->trust_all || !st.st_mode ? NULL : file_distrust(v, &st, named, distrust);
    f->distrusted = !f->scan.skipped && distrust;
    if (f->distrusted)
        f->scan.skipped = distrust;
    f->file =
        (struct plugin_file){ shown, f->scan.tags, f->scan.n_tags, f->scan.skipped };
    f->real = real;
    f->chosen = chosen;
    if (v->n == v->room) {
        v->room = v->room ? 2 * v->room : 64;
        v->files = arena_grow(v->arena, v->files, v->n, v->room, sizeof(struct found *));
    }
    v->files[v->n++] = f;
    return f;
}

static struct found *add_path(struct discover *v, const char *path, bool chosen,
                              bool named)
{
    char *real = real_path(v, path);

    if (!real)
        return NULL;
    return add_found(v, arena_strdup(v->arena, path), real, chosen, named,
                     folder_distrust(v, folder_of(v->arena, real)));
}

struct found *discover_file(struct discover *v, const char *path)
{
    return add_path(v, path, false, true);
}

/* ---- folders ---- */

struct entry_name {
    const char *text;
    bool        link;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct entry_name *)a)->text,
                  ((const struct entry_name *)b)->text);
}

static bool ends_in_so(const char *s)
{
    size_t n = strlen(s);

    return n > 3 && s[0] != '.' && strcmp(s + n - 3, ".so") == 0;
}

/* Names ending in .so, sorted, so that lists do not depend on the file system. */
static struct entry_name *list_folder(struct discover *v, const char *folder, size_t *n)
{
    struct arena      *a = v->arena;
    DIR               *dir = opendir(folder);
    struct entry_name *names = NULL;
    size_t             room = 0;
    struct dirent     *e;

    *n = 0;
    if (!dir)
        note_fault(v, folder, errno);
    while (dir && (errno = 0, e = readdir(dir))) {
        if (!ends_in_so(e->d_name))
            continue;
        if (*n == room) {
            room = room ? 2 * room : 16;
            names = arena_grow(a, names, *n, room, sizeof *names);
        }
        names[(*n)++] =
            (struct entry_name){ arena_strdup(a, e->d_name), e->d_type != DT_REG };
    }
    if (dir) {
        note_fault(v, folder, errno);
        closedir(dir);
    }
    if (*n)
        qsort(names, *n, sizeof *names, by_text);
    return names;
}

static void add_all(struct discover *v, const char *folder,
                    const struct entry_name *names, size_t n, bool chosen,
                    const char *distrust)
{
    const char *real = n ? real_path(v, folder) : NULL;
    const char *own = real ? folder_distrust(v, folder) : NULL;

    distrust = distrust ? distrust : own;
    for (size_t i = 0; real && i < n; i++) {
        const char *shown = arena_printf(v->arena, "%s/%s", folder, names[i].text);
        if (names[i].link)
            add_path(v, shown, chosen, false);
        else
            add_found(v, shown, arena_printf(v->arena, "%s/%s", real, names[i].text),
                      chosen, false, distrust);
    }
}

static void walk_one(struct discover *v, const char *folder, bool chosen,
                     const char *distrust)
{
    size_t             n;
    struct entry_name *names = list_folder(v, folder, &n);

    add_all(v, folder, names, n, chosen, distrust);
}

static void walk(struct discover *v, const char *folder, bool chosen)
{
    const char *distrust = folder_distrust(v, folder);

    walk_one(v, folder, chosen, distrust);
    for (const struct kind *k = kinds_table; k->name; k++)
        walk_one(v, arena_printf(v->arena, "%s/%s", folder, k->folder), chosen, distrust);
    v->folders =
        v->folders ? arena_printf(v->arena, "%s, %s", v->folders, folder) : folder;
}

/* ---- the search ---- */

int discover_chosen(struct discover *v, const char *path, struct diag *d)
{
    struct stat st;
    size_t      before = v->n;

    if (stat(path, &st)) {
        int why = errno;
        note_fault(v, path, why);
        return diag_code(d, NULL, "plugin", "--plugin %s: %s", path, strerror(why));
    }
    if (S_ISDIR(st.st_mode)) {
        const char *why = v->trust_all ? NULL : trust_why_named(&v->trust, &st);
        if (why)
            return diag_code(d, NULL, "plugin", "--plugin %s: the folder is %s", path,
                             why);
        walk(v, path, true);
        return v->n > before
                   ? 0
                   : diag_code(d, NULL, "plugin",
                               "--plugin %s: no plugin is in this folder", path);
    }
    struct found *f = add_path(v, path, true, true);
    if (!f)
        return diag_code(d, NULL, "plugin", "--plugin %s: %s", path, strerror(errno));
    if (f->scan.skipped)
        return diag_code(d, NULL, "plugin", "%s: %s", path, f->scan.skipped);
    return 0;
}

void discover_search(struct discover *v, const char *path)
{
    for (;;) {
        size_t n = strcspn(path, ":");
        walk(v, n ? arena_strndup(v->arena, path, n) : NNP_PLUGIN_DIR, false);
        if (!path[n])
            return;
        path += n + 1;
    }
}
