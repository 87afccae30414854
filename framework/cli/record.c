/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/record.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fsio.h"
#include "text/source.h"
#include "view/runfolder.h"

enum { DEPTH_MAX = 6, EVENTS_MAX = 1 << 28, JSON_MAX = 1 << 24 };

const char *record_text(const struct node *map, const char *key)
{
    const struct node *n = map && map->kind == NODE_MAP ? tree_find(map, key) : NULL;

    return n && n->kind == NODE_SCALAR ? n->text : "";
}

static int has(struct arena *a, const char *folder, const char *file)
{
    return fsio_exists(arena_printf(a, "%s/%s", folder, file));
}

int record_is(const char *path)
{
    struct arena a = { 0 };
    int          is = has(&a, path, "pipeline.yaml") && !runfolder_has_several(&a, path);

    arena_close(&a);
    return is;
}

/* What cannot be read is not there: the folder may be of any age. */
static const struct node *read_json(struct arena *a, const char *folder, const char *file)
{
    struct diag        d;
    char              *text;
    size_t             n;
    const struct node *tree;

    diag_init(&d, a);
    if (fsio_read(arena_printf(a, "%s/%s", folder, file), JSON_MAX, &text, &n, &d))
        return NULL;
    tree = tree_json(a, text, n);
    free(text);
    return tree;
}

static const struct node *read_tree(struct arena *a, const char *folder, const char *file)
{
    struct diag d;

    diag_init(&d, a);
    const struct source *s = source_open(a, arena_printf(a, "%s/%s", folder, file), &d);
    return s ? tree_parse(a, s, &d) : NULL;
}

/* The last line with this event, or NULL. */
static const char *last_event(const char *text, const char *event)
{
    const char *found = NULL;

    for (const char *p = text; (p = strstr(p, event)); p++)
        found = p;
    while (found && found > text && found[-1] != '\n')
        found--;
    return found;
}

/* An end counts unless the run was begun again after it. */
static const struct node *read_end(struct arena *a, const char *folder)
{
    struct diag        d;
    char              *text;
    size_t             n;
    const struct node *tree = NULL;

    diag_init(&d, a);
    if (fsio_read(arena_printf(a, "%s/events.jsonl", folder), EVENTS_MAX, &text, &n, &d))
        return NULL;
    const char *end = last_event(text, "\"event\":\"end\"");
    const char *start = last_event(text, "\"event\":\"start\"");
    if (end && (!start || end > start))
        tree = tree_json(a, end, strcspn(end, "\n"));
    free(text);
    return tree;
}

static const char *state_of(struct arena *a, const struct record *r)
{
    const char *ending = record_text(r->end, "ending");

    if (r->end && strcmp(ending, "diverged") == 0)
        return "diverged";
    if (r->end)
        return strcmp(ending, "signal") == 0 ? "stopped" : "done";
    return has(a, r->path, "state.nnw") || has(a, r->path, "state.prev.nnw") ? "killed"
                                                                             : "empty";
}

/* Of the end's members those that are called PART.METRIC. */
static void read_figures(struct arena *a, struct record *r)
{
    const struct node *end = r->end && r->end->kind == NODE_MAP ? r->end : NULL;
    double             value;

    r->figures.v = arena_array(a, (end ? end->n : 0) + 1, sizeof *r->figures.v);
    for (size_t i = 0; end && i < end->n; i++)
        if (strchr(end->keys[i]->text, '.') && end->values[i]->kind == NODE_SCALAR &&
            !tree_real(end->values[i], &value, NULL))
            r->figures.v[r->figures.n++] =
                (struct figure){ end->keys[i]->text, value, false };
    figures_mark(&r->figures);
}

void record_read(struct arena *a, const char *path, struct record *out)
{
    *out = (struct record){ .path = arena_strdup(a, path) };
    out->env = read_json(a, path, "env.json");
    out->pipeline = read_tree(a, path, "pipeline.yaml");
    out->end = read_end(a, path);
    out->name = record_text(out->pipeline, "name");
    out->begun = record_text(out->env, "begun");
    out->state = state_of(a, out);
    read_figures(a, out);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct record *)a)->path, ((const struct record *)b)->path);
}

static void walk(struct arena *a, const char *folder, int depth, struct records *out)
{
    DIR *dir = depth < DEPTH_MAX ? opendir(folder) : NULL;

    if (!dir && depth < DEPTH_MAX)
        diag_lost(errno, folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        const char *path = arena_printf(a, "%s/%s", folder, e->d_name);
        struct stat st;

        if (e->d_name[0] == '.' || lstat(path, &st) || !S_ISDIR(st.st_mode))
            continue;
        if (!record_is(path)) {
            walk(a, path, depth + 1, out);
            continue;
        }
        if (out->n == out->room) {
            out->room = out->room ? 2 * out->room : 16;
            out->v = arena_grow(a, out->v, out->n, out->room, sizeof *out->v);
        }
        record_read(a, path, &out->v[out->n++]);
    }
    if (dir)
        closedir(dir);
}

int record_find(struct arena *a, const char *folder, struct records *out, struct diag *d)
{
    struct stat st;

    *out = (struct records){ 0 };
    if (stat(folder, &st) || !S_ISDIR(st.st_mode))
        return diag_error(d, NULL, "%s: there is no such folder with runs", folder);
    if (record_is(folder)) {
        out->v = arena_array(a, 1, sizeof *out->v);
        record_read(a, folder, &out->v[out->n++]);
        return 0;
    }
    walk(a, folder, 0, out);
    if (out->n)
        qsort(out->v, out->n, sizeof *out->v, by_path);
    return 0;
}
