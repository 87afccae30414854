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
#include "base/strbuf.h"

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

static void add_plugin(struct strbuf *s, const struct component *c, bool *first)
{
    char         hex[65] = "";
    struct diag  quiet;
    struct arena scrap = { 0 };

    diag_init(&quiet, &scrap);
    strbuf_puts(s, *first ? "\n    " : ",\n    ");
    *first = false;
    strbuf_json(s, arena_printf(&scrap, "%s:%s", c->kind, c->name));
    strbuf_puts(s, ": {\"version\": ");
    strbuf_json(s, c->version);
    strbuf_puts(s, ", \"file\": ");
    strbuf_json(s, c->file);
    if (fsio_sha256_file(c->file, hex, &quiet) == 0)
        strbuf_printf(s, ", \"sha256\": \"%s\"", hex);
    strbuf_puts(s, "}");
    arena_close(&scrap);
}

static void add_data(struct strbuf *s, const struct instance *loader, struct diag *quiet)
{
    char hex[65];

    for (const struct read_file *r = loader->reads; r; r = r->next) {
        strbuf_puts(s, r == loader->reads ? "\n    " : ",\n    ");
        strbuf_json(s, r->path);
        if (fsio_sha256_file(r->path, hex, quiet))
            strbuf_puts(s, ": null");
        else
            strbuf_printf(s, ": \"%s\"", hex);
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

static void add_environment(const struct session *s, int64_t at, struct strbuf *out)
{
    struct utsname u = { 0 };
    char           now[32], hex[65];
    bool           first = true;
    struct arena   scrap = { 0 };
    struct diag    quiet;

    uname(&u);
    clock_iso(at, now, sizeof now);
    fsio_sha256(s->spec->source->text, s->spec->source->size, hex);
    strbuf_puts(out, "{\n  \"schema\": 1,\n  \"nnpipe\": \"" PACKAGE_VERSION "\",\n"
                     "  \"file\": ");
    strbuf_json(out, s->spec->source->name);
    strbuf_printf(out, ",\n  \"file_sha256\": \"%s\",\n  \"begun\": \"%s\",\n", hex, now);
    strbuf_printf(out, "  \"compiler\": \"%s\",\n", __VERSION__);
    strbuf_printf(out, "  \"system\": \"%s %s %s\",\n", u.sysname, u.release, u.machine);
    strbuf_puts(out, "  \"cpu\": ");
    strbuf_json(out, processor(&scrap));
    strbuf_puts(out, ",\n");
    strbuf_printf(out, "  \"threads\": %u,\n  \"seed\": %" PRIu64 ",\n  \"plugins\": {",
                  pool_width(s->pool), s->services.seed);
    const struct component *c;
    for (size_t i = 0; (c = registry_loaded(s->spec->registry, i)); i++)
        add_plugin(out, c, &first);
    strbuf_puts(out, "\n  },\n  \"data\": {");
    diag_init(&quiet, &scrap);
    add_data(out, s->frames->node[0], &quiet);
    arena_close(&scrap);
    strbuf_puts(out, "\n  }\n}\n");
}

int runfolder_begin(const struct session *s, const char *folder, int64_t now,
                    struct diag *d)
{
    struct arena  scrap = { 0 };
    struct strbuf text = { 0 };

    tree_print(s->spec->resolved, &text);
    int rc = fsio_replace(arena_printf(&scrap, "%s/pipeline.yaml", folder),
                          strbuf_text(&text), text.n, d);
    text.n = 0;
    add_environment(s, now, &text);
    rc = rc ? rc
            : fsio_replace(arena_printf(&scrap, "%s/env.json", folder),
                           strbuf_text(&text), text.n, d);
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

/* The value of "file" in env.json: the one string that is needed of it. */
static const char *original_file(struct arena *a, const char *folder)
{
    struct arena scrap = { 0 };
    struct diag  quiet;
    char        *text = NULL, *name = NULL;
    size_t       n;

    diag_init(&quiet, &scrap);
    if (fsio_read(arena_printf(&scrap, "%s/env.json", folder), 1 << 20, &text, &n,
                  &quiet) == 0) {
        const char *at = strstr(text, "\"file\": \"");
        const char *end = at ? strchr(at + 9, '"') : NULL;
        if (end)
            name = arena_strndup(a, at + 9, (size_t)(end - at - 9));
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
    *s = (struct source){ name ? name : yaml, copy, n, start, k };
    return s;
}
