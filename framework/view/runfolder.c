/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/runfolder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fsio.h"
#include "base/json.h"
#include "base/json_read.h"
#include "base/strbuf.h"
#include "pipeline/split_rows.h"

static bool is_empty(const char *path)
{
    DIR           *dir = opendir(path);
    struct dirent *e;
    bool           empty = true;

    while (dir && (e = readdir(dir)))
        empty = empty && e->d_name[0] == '.';
    if (dir)
        closedir(dir);
    return empty;
}

const char *runfolder_make(struct arena *a, const char *out, const char *name, bool force,
                           struct diag *d)
{
    const char *folder = out;

    if (!out) {
        const char *base = arena_printf(a, "runs/%s", name);
        return fsio_folder(base, d) ? NULL : fsio_numbered(a, base, d);
    }
    if (fsio_exists(out) && !is_empty(out) && !force) {
        diag_error(d, NULL,
                   "%s: the folder is not empty; --force overwrites, --out says "
                   "another one",
                   out);
        return NULL;
    }
    return fsio_folder(folder, d) ? NULL : folder;
}

struct hashed { /* the file that was read last: many components may come from it */
    const char *file;
    char        hex[65]; /* "": it cannot be read */
};

static const char *hash_of(struct hashed *h, const char *file)
{
    struct diag  quiet;
    struct arena scrap = { 0 };

    if (h->file && strcmp(h->file, file) == 0)
        return h->hex;
    diag_init(&quiet, &scrap);
    h->file = file;
    if (fsio_sha256_file(file, h->hex, &quiet))
        h->hex[0] = '\0';
    arena_close(&scrap);
    return h->hex;
}

static void add_plugin(struct json *j, const struct component *c, struct hashed *h)
{
    struct arena scrap = { 0 };
    const char  *hex = hash_of(h, c->file);

    json_key(j, arena_printf(&scrap, "%s:%s", c->kind, c->name));
    json_open(j, '{');
    json_key(j, "version"), json_text(j, c->version);
    json_key(j, "file"), json_text(j, c->file);
    if (*hex)
        json_key(j, "sha256"), json_text(j, hex);
    json_close(j);
    arena_close(&scrap);
}

static void add_data(struct json *j, const struct instance *loader, struct diag *quiet)
{
    char hex[65];

    for (const struct read_file *r = loader->reads; r; r = r->next) {
        json_key(j, r->path);
        json_text(j, fsio_sha256_file(r->path, hex, quiet) ? NULL : hex);
    }
}

/* "model name : ..." of the first processor, "" where the system does not say. */
static char *processor(struct arena *a)
{
    struct diag quiet;
    char       *text, *name = arena_strdup(a, "");
    size_t      n;

    diag_init(&quiet, a);
    if (fsio_read("/proc/cpuinfo", 1 << 24, &text, &n, &quiet))
        return name;
    const char *at = strstr(text, "model name");
    at = at ? strchr(at, ':') : NULL;
    if (at)
        name = arena_strndup(a, at + 2, strcspn(at + 2, "\n"));
    free(text);
    return name;
}

/* How many rows each part has, and by what they were dealt. */
static void add_split(struct json *j, const struct session *s, struct arena *a)
{
    json_key(j, "split"), json_open(j, '{');
    for (int k = 0; k < N_SPLITS; k++)
        if (s->splits[k].n)
            json_key(j, split_names[k]), json_whole(j, s->splits[k].n);
    if (split_rows_dealt(s->spec->data.rows)) {
        json_key(j, "seed");
        json_raw(j, arena_printf(a, "%" PRIu64, split_rows_seed(s->spec)));
        json_key(j, "classes_in_proportion"), json_whole(j, s->in_proportion);
    }
    if (s->spec->data.how.folds) {
        json_key(j, "folds"), json_whole(j, s->spec->data.how.folds);
        json_key(j, "fold"), json_whole(j, s->spec->data.how.fold);
    }
    json_close(j);
}

static void add_environment(const struct session *s, int64_t at, struct json *j)
{
    struct utsname u = { 0 };
    char           now[32], hex[65];
    struct arena   scrap = { 0 };
    struct diag    quiet;

    uname(&u);
    clock_iso(at, now, sizeof now);
    fsio_sha256(s->spec->source->text, s->spec->source->size, hex);
    json_open(j, '{');
    json_key(j, "schema"), json_number(j, 1);
    json_key(j, "nnpipe"), json_text(j, PACKAGE_VERSION);
    json_key(j, "file"), json_text(j, s->spec->source->name);
    json_key(j, "file_sha256"), json_text(j, hex);
    json_key(j, "begun"), json_text(j, now);
    json_key(j, "compiler"), json_text(j, __VERSION__);
    json_key(j, "system");
    json_text(j, arena_printf(&scrap, "%s %s %s", u.sysname, u.release, u.machine));
    json_key(j, "cpu"), json_text(j, processor(&scrap));
    json_key(j, "threads"), json_number(j, pool_width(s->services.pool));
    json_key(j, "seed"), json_raw(j, arena_printf(&scrap, "%" PRIu64, s->pace.seed));
    add_split(j, s, &scrap);
    json_key(j, "plugins"), json_open(j, '{');
    const struct component *c;
    struct hashed           h = { 0 };
    for (size_t i = 0; (c = registry_loaded(s->spec->registry, i)); i++)
        add_plugin(j, c, &h);
    json_close(j);
    diag_init(&quiet, &scrap);
    json_key(j, "data"), json_open(j, '{');
    add_data(j, s->frames->node[0], &quiet);
    if (s->spec->data.tests)
        add_data(j, s->spec->data.tests, &quiet);
    json_close(j);
    json_close(j);
    strbuf_puts(&j->text, "\n");
    arena_close(&scrap);
}

int runfolder_begin(const struct session *s, const char *folder, int64_t now,
                    struct diag *d)
{
    struct arena  scrap = { 0 };
    struct strbuf text = { 0 };
    struct json   env = { .lines = true };

    tree_print(s->spec->resolved, &text);
    int rc = fsio_replace(arena_printf(&scrap, "%s/pipeline.yaml", folder),
                          strbuf_text(&text), text.n, d);
    add_environment(s, now, &env);
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
    return fsio_exists(arena_printf(a, "%s/pipeline.yaml", folder)) &&
           !fsio_exists(arena_printf(a, "%s/env.json", folder));
}

const char *runfolder_latest(struct arena *a, const char *name)
{
    const char *base = arena_printf(a, "runs/%s", name), *latest = NULL;
    DIR        *dir = opendir(base);
    long        most = 0;

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

int runfolder_lock(const char *folder, struct diag *d)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return diag_error(d, NULL, "%s: %s", folder, strerror(errno));
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

static const char *file_in(struct json_read *r)
{
    const char *key, *file;

    if (json_read_map(r))
        return NULL;
    while (json_read_key(r, &key) > 0) {
        if (strcmp(key, "file") == 0)
            return json_read_text(r, &file) ? NULL : file;
        if (json_read_skip(r))
            return NULL;
    }
    return NULL;
}

/* The value of "file" in env.json: the one text that is needed of it; or NULL. */
static const char *original_file(struct arena *a, const char *folder)
{
    struct arena     scrap = { 0 };
    struct diag      quiet;
    struct json_read r;
    const char      *name = NULL;
    char            *text = NULL;
    size_t           n;

    diag_init(&quiet, &scrap);
    if (fsio_read(arena_printf(&scrap, "%s/env.json", folder), 1 << 20, &text, &n,
                  &quiet) == 0) {
        json_read_open(&r, &scrap, text, n);
        name = file_in(&r);
        name = name ? arena_strdup(a, name) : NULL;
    }
    free(text);
    arena_close(&scrap);
    return name;
}

const struct source *runfolder_open(struct arena *a, const char *folder,
                                    const char **weights, struct diag *d)
{
    const char *yaml = arena_printf(a, "%s/pipeline.yaml", folder);
    char       *text;
    size_t      n;

    *weights = arena_printf(a, "%s/best.nnw", folder);
    if (!fsio_exists(yaml)) {
        diag_error(d, NULL, "%s: not a run folder: there is no pipeline.yaml in it",
                   folder);
        return NULL;
    }
    if (fsio_read(yaml, 1 << 22, &text, &n, d))
        return NULL;
    const char    *name = original_file(a, folder);
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
