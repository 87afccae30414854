/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/environment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/fsio.h"
#include "base/json_read.h"
#include "pipeline/split_rows.h"
#include "run/arithmetic.h"

/* ---- writing ---- */

struct hashed { /* the file that was read last: many components may come from it */
    const char  *file;
    char         hex[65];
    struct diag *d;
};

static int file_hash(struct hashed *h, const char *file)
{
    if (h->file && strcmp(h->file, file) == 0)
        return 0;
    h->file = file;
    return fsio_sha256_file(file, h->hex, h->d);
}

static int add_plugin(struct json *j, const struct component *c, struct hashed *h)
{
    struct arena scrap = { 0 };

    if (file_hash(h, c->file))
        return -1;
    json_key(j, arena_printf(&scrap, "%s:%s", c->kind, c->name));
    json_open(j, '{');
    json_key(j, "version"), json_text(j, c->version);
    json_key(j, "file"), json_text(j, c->file);
    json_key(j, "sha256"), json_text(j, h->hex);
    json_close(j);
    arena_close(&scrap);
    return 0;
}

static void add_data(struct json *j, const struct instance *loader)
{
    for (const struct read_file *r = loader->reads; r; r = r->next)
        json_key(j, r->path), json_text(j, r->sha256);
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

int environment_write(const struct session *s, int64_t at, struct json *j, struct diag *d)
{
    struct utsname u = { 0 };
    char           now[32], hex[65];
    struct arena   scrap = { 0 };

    uname(&u);
    clock_iso(at, now, sizeof now);
    fsio_sha256(s->spec->source->text, s->spec->source->size, hex);
    json_open(j, '{');
    json_key(j, "schema"), json_number(j, 1);
    json_key(j, "nnpipe"), json_text(j, PACKAGE_VERSION);
    json_key(j, "file"), json_text(j, s->spec->source->name);
    json_key(j, "file_sha256"), json_text(j, hex);
    json_key(j, "run"), json_text(j, s->run);
    json_key(j, "begun"), json_text(j, now);
    json_key(j, "compiler"), json_text(j, arithmetic_compiler());
    json_key(j, "kernels"), json_text(j, arithmetic_kernels());
    json_key(j, "processor"), json_text(j, arithmetic_processor());
    json_key(j, "backend"), json_text(j, arithmetic_backend(s));
    json_key(j, "system");
    json_text(j, arena_printf(&scrap, "%s %s %s", u.sysname, u.release, u.machine));
    json_key(j, "cpu"), json_text(j, processor(&scrap));
    json_key(j, "threads"), json_number(j, pool_width(s->services.pool));
    json_key(j, "seed"), json_raw(j, arena_printf(&scrap, "%" PRIu64, s->pace.seed));
    add_split(j, s, &scrap);
    json_key(j, "plugins"), json_open(j, '{');
    const struct component *c;
    struct hashed           h = { .d = d };
    int                     rc = 0;
    for (size_t i = 0; !rc && (c = registry_loaded(s->spec->registry, i)); i++)
        rc = add_plugin(j, c, &h);
    json_close(j);
    json_key(j, "data"), json_open(j, '{');
    add_data(j, s->frames->node[0]);
    if (s->spec->data.tests)
        add_data(j, s->spec->data.tests);
    json_close(j);
    json_close(j);
    strbuf_puts(&j->text, "\n");
    arena_close(&scrap);
    return rc;
}

/* The file is kept as it was written, but for its last member. A run that goes on after
 * its end has that already. */
int environment_add_attempt(const char *folder, const struct outcome *o, struct diag *d)
{
    static const char member[] = ",\n \"retry\":{";
    struct arena      scrap = { 0 };
    const char       *path = arena_printf(&scrap, "%s/env.json", folder);
    char             *text, *end;
    size_t            n;

    if (fsio_read(path, 1 << 26, &text, &n, d)) {
        arena_close(&scrap);
        return -1;
    }
    end = strstr(text, member);
    end = end ? end : strrchr(text, '}');
    while (end && end > text && end[-1] == '\n')
        end--;
    const char *whole = arena_printf(&scrap,
                                     "%.*s%s\"attempts\":%" PRId64 ",\"attempt\":%" PRId64
                                     ",\"seed\":%" PRIu64 "}\n}\n",
                                     (int)(end ? end - text : 0), text, member,
                                     o->attempts, o->attempt, o->seed);
    int         rc = end ? fsio_replace(path, whole, strlen(whole), d) : 0;
    free(text);
    arena_close(&scrap);
    return rc;
}

/* ---- reading ---- */

struct recorded { /* of env.json, as much as is needed of it */
    const char  *file, *run, *plugins;
    const char **data; /* pairs: path, SHA-256 */
    size_t       n;
};

static int read_data(struct json_read *r, struct recorded *to)
{
    size_t      room = 0;
    const char *path;
    int         rc = json_read_map(r);

    while (!rc && (rc = json_read_key(r, &path)) > 0) {
        if (to->n + 2 > room) {
            room = 2 * room + 8;
            to->data = arena_grow(r->arena, to->data, to->n, room, sizeof *to->data);
        }
        to->data[to->n] = path;
        rc = json_read_text(r, &to->data[to->n + 1]);
        to->n += rc ? 0 : 2;
    }
    return rc;
}

/* The same map without the files. */
static int read_plugin(struct json_read *r, struct json *to)
{
    const char *key, *text;
    int         rc = json_read_map(r);

    json_open(to, '{');
    while (!rc && (rc = json_read_key(r, &key)) > 0) {
        rc = json_read_text(r, &text);
        if (!rc && strcmp(key, "file") != 0)
            json_key(to, key), json_text(to, text);
    }
    json_close(to);
    return rc;
}

static int read_plugins(struct json_read *r, const char **out)
{
    struct json j = { 0 };
    const char *key;
    int         rc = json_read_map(r);

    json_open(&j, '{');
    while (!rc && (rc = json_read_key(r, &key)) > 0) {
        json_key(&j, key);
        rc = read_plugin(r, &j);
    }
    json_close(&j);
    *out = arena_strdup(r->arena, strbuf_text(&j.text));
    strbuf_close(&j.text);
    return rc;
}

static int read_member(struct json_read *r, const char *key, struct recorded *to)
{
    if (strcmp(key, "plugins") == 0)
        return read_plugins(r, &to->plugins);
    if (strcmp(key, "file") == 0)
        return json_read_text(r, &to->file);
    if (strcmp(key, "run") == 0)
        return json_read_text(r, &to->run);
    return strcmp(key, "data") == 0 ? read_data(r, to) : json_read_skip(r);
}

static void read_members(struct json_read *r, struct recorded *to)
{
    const char *key;

    if (json_read_map(r))
        return;
    while (json_read_key(r, &key) > 0)
        if (read_member(r, key, to))
            return;
}

/* All zero where there is no env.json, or none that can be read. */
static struct recorded read_record(struct arena *a, const char *folder)
{
    struct recorded  to = { 0 };
    struct diag      quiet;
    struct json_read r;
    char            *text;
    size_t           n;

    diag_init(&quiet, a);
    if (fsio_read(arena_printf(a, "%s/env.json", folder), 1 << 26, &text, &n, &quiet))
        return to;
    json_read_open(&r, a, text, n);
    read_members(&r, &to);
    free(text);
    return to;
}

const char *environment_file(struct arena *a, const char *folder)
{
    struct arena scrap = { 0 };
    const char  *name = read_record(&scrap, folder).file;

    name = name ? arena_strdup(a, name) : NULL;
    arena_close(&scrap);
    return name;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

void environment_origin(struct arena *a, const char *folder, struct origin *out)
{
    struct recorded was = read_record(a, folder);
    struct json     j = { 0 };

    json_open(&j, '{');
    for (size_t i = 0; i < was.n; i += 2)
        json_key(&j, last_part(was.data[i])), json_text(&j, was.data[i + 1]);
    json_close(&j);
    *out = (struct origin){ was.plugins, arena_strdup(a, strbuf_text(&j.text)) };
    strbuf_close(&j.text);
}

/* By its whole path, else, as the project may stand elsewhere now, by its last part. */
static const char *hash_of(const struct recorded *r, const char *path)
{
    for (size_t i = 0; i < r->n; i += 2)
        if (strcmp(r->data[i], path) == 0)
            return r->data[i + 1];
    for (size_t i = 0; i < r->n; i += 2)
        if (strcmp(last_part(r->data[i]), last_part(path)) == 0)
            return r->data[i + 1];
    return NULL;
}

/* Adds to n what the loader read and is another file now; the first of them, or first. */
static const char *compare(const struct recorded *was, const struct instance *loader,
                           const char *first, size_t *n)
{
    for (const struct read_file *r = loader->reads; r; r = r->next) {
        const char *hash = hash_of(was, r->path);
        if (!hash || strcmp(hash, r->sha256) == 0)
            continue;
        *n += 1;
        first = r->path;
    }
    return first;
}

/* "d.csv and 2 more"; NULL: all files are those that were read. The session learns which
 * run it is of. */
static const char *changed(struct arena *a, const char *folder, struct session *s)
{
    struct recorded was = read_record(a, folder);
    size_t          n = 0;
    const char     *first = compare(&was, s->frames->node[0], NULL, &n);

    snprintf(s->run, sizeof s->run, "%.16s", was.run ? was.run : "");
    if (s->spec->data.tests)
        first = compare(&was, s->spec->data.tests, first, &n);
    return n > 1 ? arena_printf(a, "%s and %zu more", first, n - 1) : first;
}

/* The words of a tree one after another, each behind a 0. Of a path the name alone: what
 * the file holds is known by its hash, and where it lies changes no number. */
static void add_words(struct strbuf *all, const struct node *n)
{
    const char *word = n->text && *n->text == '/' ? strrchr(n->text, '/') : n->text;

    strbuf_add(all, "", 1);
    if (word && (n->kind == NODE_SCALAR || n->kind == NODE_NULL))
        strbuf_puts(all, word);
    for (size_t i = 0; (n->kind == NODE_MAP || n->kind == NODE_SEQ) && i < n->n; i++) {
        if (n->kind == NODE_MAP && strcmp(n->keys[i]->text, "threads") == 0)
            continue; /* any number of them computes the same bits */
        if (n->kind == NODE_MAP)
            add_words(all, n->keys[i]);
        add_words(all, n->values[i]);
    }
}

/* Of what it is made of and with, and of nothing that is another one when the same is
 * done again, elsewhere or by more threads: then the files are the same, and may be
 * mixed. */
void environment_name_run(struct session *s)
{
    const struct instance *loaders[] = { s->frames->node[0], s->spec->data.tests };
    struct strbuf          all = { 0 };
    char                   hex[65];

    add_words(&all, s->spec->resolved);
    for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
        for (const struct read_file *r = loaders[i] ? loaders[i]->reads : NULL; r;
             r = r->next)
            strbuf_puts(&all, r->sha256);
    fsio_sha256(strbuf_text(&all), all.n, hex);
    snprintf(s->run, sizeof s->run, "%.16s", hex);
    strbuf_close(&all);
}

void environment_warn(const char *folder, struct session *s, struct diag *d)
{
    struct arena scrap = { 0 };
    const char  *other = changed(&scrap, folder, s);

    if (other)
        diag_warn(d, NULL,
                  "%s: other data than %s was trained on: its figures are about other "
                  "rows; train again, or bring the old file back",
                  other, folder);
    arena_close(&scrap);
}

int environment_refuse(const char *folder, struct session *s, struct diag *d)
{
    struct arena scrap = { 0 };
    const char  *other = changed(&scrap, folder, s);
    int          rc = 0;

    if (other)
        rc =
            diag_error(d, NULL,
                       "%s: other data than %s was trained on so far, so it cannot go on "
                       "with them; bring the old file back, or train from the start",
                       other, folder);
    arena_close(&scrap);
    return rc;
}
