/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/runfolder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsio.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "view/environment.h"

/* 1: it is, 0: it is not, -1: it cannot be listed, and a message says why. */
static int is_empty(const char *path, struct diag *d)
{
    DIR           *dir = opendir(path);
    struct dirent *e;
    int            empty = 1;

    if (!dir)
        return diag_system(d, NULL, errno, "%s: cannot be listed", path);
    while ((errno = 0, e = readdir(dir)))
        empty = empty && e->d_name[0] == '.';
    if (errno)
        empty = diag_system(d, NULL, errno, "%s: cannot be listed", path);
    closedir(dir);
    return empty;
}

/* ---- taking away what an earlier run left ---- */

static bool is_ours(const char *name)
{
    static const char *const names[] = {
        "pipeline.yaml", "env.json",  "events.jsonl", "metrics.csv",   "best.nnw",
        "last.nnw",      "state.nnw", "results.csv",  "state.prev.nnw"
    };
    size_t n = strlen(name);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return strncmp(name, "epoch-", 6) == 0 && n > 4 && strcmp(name + n - 4, ".nnw") == 0;
}

/* What to do with the things in a folder; -1 after a message. */
typedef int each_fn(const char *path, const char *name, bool folder, struct diag *d);

static int for_each(const char *folder, each_fn *each, struct diag *d)
{
    struct arena scrap = { 0 };
    DIR         *dir = opendir(folder);
    int          rc = 0;

    if (!dir)
        return diag_system(d, NULL, errno, "%s: cannot be listed", folder);
    for (struct dirent *e; !rc && (e = readdir(dir));) {
        const char *path = arena_printf(&scrap, "%s/%s", folder, e->d_name);
        struct stat st;
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && !lstat(path, &st))
            rc = each(path, e->d_name, S_ISDIR(st.st_mode), d);
    }
    closedir(dir);
    arena_close(&scrap);
    return rc;
}

static int take_away(const char *path, struct diag *d)
{
    return remove(path) ? diag_system(d, NULL, errno, "%s", path) : 0;
}

/* With all that lies in it. */
static int remove_whole(const char *path, const char *name, bool folder, struct diag *d)
{
    (void)name;
    if (folder && for_each(path, remove_whole, d))
        return -1;
    return take_away(path, d);
}

int runfolder_remove(const char *path, struct diag *d)
{
    return remove_whole(path, "", true, d);
}

/* Beside the files of a run there may be some of the user's; they stay. */
static int empty_training(const char *path, const char *name, bool folder, struct diag *d)
{
    if (folder)
        return strcmp(name, "report") == 0 ? runfolder_remove(path, d) : 0;
    return is_ours(name) ? take_away(path, d) : 0;
}

static bool has_file(const char *folder, const char *file)
{
    struct arena scrap = { 0 };
    bool         has = fsio_exists(arena_printf(&scrap, "%s/%s", folder, file));

    arena_close(&scrap);
    return has;
}

static int empty_seed(const char *path, const char *name, bool folder, struct diag *d)
{
    if (!folder || strncmp(name, "seed", 4) != 0 || !has_file(path, "env.json"))
        return 0;
    if (for_each(path, empty_training, d))
        return -1;
    (void)rmdir(path); /* what the user put there keeps it */
    return 0;
}

/* A stage, with its training or with one for each seed; or a seed where there are no
 * stages. Other runs, which somebody may keep in this folder, look otherwise. */
static int empty_part(const char *path, const char *name, bool folder, struct diag *d)
{
    if (!folder || strcmp(name, "report") == 0)
        return empty_training(path, name, folder, d);
    if (for_each(path, has_file(path, "env.json") ? empty_training : empty_seed, d))
        return -1;
    (void)rmdir(path);
    return 0;
}

int runfolder_empty(const char *folder, struct diag *d)
{
    if (!has_file(folder, "pipeline.yaml"))
        return 0;
    return for_each(folder, has_file(folder, "env.json") ? empty_training : empty_part,
                    d);
}

const char *runfolder_make(struct arena *a, const char *out, const char *name, bool force,
                           struct diag *d)
{
    const char *folder = out;

    if (!out) {
        const char *base = arena_printf(a, "runs/%s", name);
        return fsio_folder(base, d) ? NULL : fsio_numbered(a, base, d);
    }
    int empty = fsio_exists(out) && !force ? is_empty(out, d) : 1;
    if (empty < 0)
        return NULL;
    if (!empty) {
        diag_error(d, NULL,
                   "%s: the folder is not empty; --force overwrites, --out says "
                   "another one",
                   out);
        return NULL;
    }
    return fsio_folder(folder, d) ? NULL : folder;
}

/* A folder of reports that is a link leads to files that are not of this run. */
static int refuse_link(const char *report, struct diag *d)
{
    struct stat st;

    if (lstat(report, &st) || !S_ISLNK(st.st_mode))
        return 0;
    return diag_error(d, NULL, "%s: is a link; a run writes its own files only", report);
}

const char *runfolder_report(struct arena *a, const char *folder, struct diag *d)
{
    const char *report = arena_printf(a, "%s/report", folder);

    return refuse_link(report, d) || fsio_folder(report, d) ? NULL : report;
}

/* So begins the last line of pipeline.yaml, a comment that has the SHA-256 of those
 * above: what is cut off or changed there would otherwise be another model, without a
 * word. */
#define SEAL "# sha256 of the lines above, as nnpipe wrote them: "

static int write_pipeline(const char *folder, struct strbuf *text, struct diag *d)
{
    struct arena scrap = { 0 };
    char         hex[65];

    fsio_sha256(strbuf_text(text), text->n, hex);
    strbuf_printf(text, SEAL "%s\n", hex);
    int rc = fsio_replace(arena_printf(&scrap, "%s/pipeline.yaml", folder),
                          strbuf_text(text), text->n, d);
    arena_close(&scrap);
    return rc;
}

int runfolder_write_pipeline(const char *folder, const struct node *resolved,
                             struct diag *d)
{
    struct strbuf text = { 0 };

    tree_print(resolved, &text);
    int rc = write_pipeline(folder, &text, d);
    strbuf_close(&text);
    return rc;
}

/* A folder that somebody has made by hand, of a file and weights, has no such line. */
static int check_pipeline(const char *folder, const char *text, size_t n, struct diag *d)
{
    const char *last = NULL;
    char        hex[65];

    for (const char *p = text; (p = strstr(p, SEAL)); p++)
        last = p;
    if (!last && !has_file(folder, "env.json") && has_file(folder, "best.nnw"))
        return 0;
    size_t above = last ? (size_t)(last - text) : 0;
    if (last)
        fsio_sha256(text, above, hex);
    if (last && n == above + sizeof SEAL - 1 + 65 &&
        strncmp(last + sizeof SEAL - 1, hex, 64) == 0)
        return 0;
    diag_error(d, NULL,
               "%s/pipeline.yaml: it is damaged or was changed: it is not what nnpipe "
               "wrote%s",
               folder, last ? "" : ", whose last line is missing");
    diag_note(d, "a copy of it can be changed, and trained anew");
    return -1;
}

int runfolder_begin(struct session *s, const char *folder, int64_t now, struct diag *d)
{
    struct arena  scrap = { 0 };
    struct strbuf text = { 0 };
    struct json   env = { .lines = true };

    tree_print(s->spec->resolved, &text);
    environment_name_run(s);
    int rc = refuse_link(arena_printf(&scrap, "%s/report", folder), d);
    if (!rc)
        rc = write_pipeline(folder, &text, d);
    if (!rc)
        rc = environment_write(s, now, &env, d);
    rc = rc ? rc
            : fsio_replace(arena_printf(&scrap, "%s/env.json", folder),
                           strbuf_text(&env.text), env.text.n, d);
    strbuf_close(&env.text);
    strbuf_close(&text);
    arena_close(&scrap);
    return rc;
}

void runfolder_sweep(const char *folder)
{
    struct arena scrap = { 0 };

    fsio_sweep(folder);
    fsio_sweep(arena_printf(&scrap, "%s/report", folder));
    arena_close(&scrap);
}

bool runfolder_has_checkpoint(struct arena *a, const char *folder)
{
    return fsio_exists(arena_printf(a, "%s/state.nnw", folder)) ||
           fsio_exists(arena_printf(a, "%s/state.prev.nnw", folder));
}

/* Its pipeline.yaml stands alone: what a training wrote is one folder below. */
bool runfolder_has_several(struct arena *a, const char *folder)
{
    static const char *const of_one[] = { "env.json", "best.nnw", "metrics.csv", NULL };
    bool has = fsio_exists(arena_printf(a, "%s/pipeline.yaml", folder));

    for (size_t i = 0; has && of_one[i]; i++)
        has = !fsio_exists(arena_printf(a, "%s/%s", folder, of_one[i]));
    return has;
}

const char *runfolder_latest(struct arena *a, const char *name)
{
    const char *base = arena_printf(a, "runs/%s", name), *latest = NULL;
    DIR        *dir = opendir(base);
    long        most = 0;

    if (!dir)
        diag_lost(errno, base);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char       *end;
        long        n = strtol(e->d_name, &end, 10);
        const char *folder = arena_printf(a, "%s/%s", base, e->d_name);
        if (!*end && n > most &&
            (runfolder_has_checkpoint(a, folder) || runfolder_has_several(a, folder))) {
            most = n;
            latest = folder;
        }
    }
    if (dir)
        closedir(dir);
    return latest;
}

int runfolder_refuse(const char *path, struct diag *d)
{
    enum diag_class usual = d->class;
    size_t          n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    const char *own = arena_strndup(d->arena, path, n), *slash = strrchr(own, '/');
    const char *base = slash ? slash + 1 : own;
    const char *name = arena_strndup(d->arena, base, strcspn(base, "."));
    const char *run = *name ? runfolder_latest(d->arena, name) : NULL;

    d->class = DIAG_USAGE;
    diag_error(d, NULL, "%s: a run folder is needed, such as %s", path,
               run ? run : "runs/xor/001");
    d->class = usual;
    return -1;
}

int runfolder_lock(const char *folder, struct diag *d)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return diag_system(d, NULL, errno, "%s", folder);
    if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
        close(fd);
        return diag_error(d, NULL, "%s: another nnpipe is at work in this folder",
                          folder);
    }
    return fd;
}

void runfolder_unlock(int lock)
{
    close(lock);
}

const struct source *runfolder_open(struct arena *a, const char *folder,
                                    const char **weights, struct diag *d)
{
    const char *yaml = arena_printf(a, "%s/pipeline.yaml", folder);
    char       *text;
    size_t      n;

    *weights = arena_printf(a, "%s/best.nnw", folder);
    if (!fsio_exists(yaml)) {
        runfolder_refuse(folder, d);
        diag_note(d, "there is no pipeline.yaml in it");
        return NULL;
    }
    if (fsio_read(yaml, 1 << 22, &text, &n, d))
        return NULL;
    if (check_pipeline(folder, text, n, d)) {
        free(text);
        return NULL;
    }
    const char    *name = environment_file(a, folder);
    struct source *s = arena_alloc(a, sizeof *s);
    const char    *copy = arena_strndup(a, text, n);
    size_t         lines = 1, k = 0;
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    size_t *start = arena_array(a, lines, sizeof *start);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || text[i - 1] == '\n')
            start[k++] = i;
    free(text);
    *s = (struct source){ name ? name : yaml, copy, n, start, k, yaml };
    return s;
}
