/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "base/json.h"
#include "base/split.h"
#include "cli/record.h"
#include "language/written.h"
#include "pipeline/higher.h"
#include "plugin/synonyms.h"
#include "view/runfolder.h"

static const struct flag no_flags[] = { { NULL, 0, FLAG_BOOL, NULL, NULL, NULL } };

/* The folder given, or runs; -1 after errors, 1 when there is nothing more to do. */
static int find_records(struct cli *c, int argc, char **argv, const struct flag *own,
                        const char *usage, const char *examples, struct records *out)
{
    const char *args[1] = { "runs" };
    int         n = cli_parse(c, argc, argv, own, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, usage, own, examples), 1;
    c->diag.class = DIAG_USAGE;
    return n < 0 ? -1 : record_find(&c->arena, args[0], out, &c->diag);
}

/* ---- list ---- */

/* So many columns of a line; what does not fit is left out, which `...` says. */
enum { LIST_COLUMNS = 100 };

static void add_figures(const struct record *r, size_t from, bool all, struct strbuf *s)
{
    for (size_t i = 0; i < r->figures.n; i++) {
        char text[160];
        if (r->figures.v[i].detail)
            continue;
        snprintf(text, sizeof text, "  %s %.6g", r->figures.v[i].name,
                 r->figures.v[i].value);
        if (!all && s->n - from + strlen(text) > LIST_COLUMNS) {
            strbuf_puts(s, " ...");
            return;
        }
        strbuf_puts(s, text);
    }
}

static void list_text(const struct record *r, size_t width, bool all, struct strbuf *s)
{
    size_t from = s->n;

    strbuf_puts(s, r->path);
    while (s->n - from < width + 2)
        strbuf_puts(s, " ");
    strbuf_printf(s, "%-20s  %-8s", r->begun, r->state);
    if (*record_text(r->end, "epochs"))
        strbuf_printf(s, "  epoch %s of %s", record_text(r->end, "best_epoch"),
                      record_text(r->end, "epochs"));
    add_figures(r, from, all, s);
    strbuf_puts(s, "\n");
}

static void list_json(const struct record *r, struct strbuf *s)
{
    struct json   j = { .text = *s };
    struct strbuf end = { 0 };

    json_open(&j, '{');
    json_key(&j, "run"), json_text(&j, r->path);
    json_key(&j, "name"), json_text(&j, r->name);
    json_key(&j, "begun"), json_text(&j, r->begun);
    json_key(&j, "state"), json_text(&j, r->state);
    if (r->end) {
        tree_print_json(r->end, &end);
        json_key(&j, "end"), json_raw(&j, strbuf_text(&end));
        strbuf_close(&end);
    }
    json_close(&j);
    *s = j.text;
    strbuf_puts(s, "\n");
}

static void list_trainings(const struct cli *c, const struct records *all,
                           struct strbuf *s)
{
    size_t width = 0;

    for (size_t i = 0; i < all->n; i++)
        width = strlen(all->v[i].path) > width ? strlen(all->v[i].path) : width;
    for (size_t i = 0; i < all->n; i++)
        if (c->json)
            list_json(&all->v[i], s);
        else
            list_text(&all->v[i], width, false, s);
}

int cmd_runs_list(struct cli *c, int argc, char **argv)
{
    struct records all;
    struct strbuf  s = { 0 };
    int            rc =
        find_records(c, argc, argv, no_flags, "nnpipe runs list [FOLDER] [flags]",
                     "  nnpipe runs list\n  nnpipe runs list runs/xor --json\n", &all);

    if (rc)
        return rc > 0 ? 0 : cli_finish(c, NULL, 2);
    list_trainings(c, &all, &s);
    cli_print(c, &s);
    return cli_finish(c, NULL, 0);
}

/* ---- show ---- */

static void show_map(const struct node *map, const char *title, struct strbuf *s)
{
    if (!map || map->kind != NODE_MAP || !map->n)
        return;
    strbuf_printf(s, "%s\n", title);
    for (size_t i = 0; i < map->n; i++) {
        const struct node *v = map->values[i];
        strbuf_printf(s, "  %-26s ", map->keys[i]->text);
        if (v->kind == NODE_MAP)
            strbuf_printf(s, "%s  %.16s  %s\n", record_text(v, "version"),
                          record_text(v, "sha256"), record_text(v, "file"));
        else
            strbuf_printf(s, "%s\n", v->kind == NODE_SCALAR ? v->text : "-");
    }
}

static void show(const struct record *r, struct strbuf *s)
{
    static const char *const keys[] = { "nnpipe",  "file",      "file_sha256", "compiler",
                                        "kernels", "processor", "backend",     "cpu",
                                        "system",  "threads",   "seed" };

    list_text(r, strlen(r->path), true, s);
    strbuf_puts(s, "environment\n");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (*record_text(r->env, keys[i]))
            strbuf_printf(s, "  %-26s %s\n", keys[i], record_text(r->env, keys[i]));
    if (r->env && r->env->kind == NODE_MAP) {
        show_map(tree_find(r->env, "plugins"), "plugins", s);
        show_map(tree_find(r->env, "data"), "data", s);
    }
    if (r->pipeline) {
        strbuf_puts(s, "pipeline\n");
        tree_print(r->pipeline, s);
    }
}

/* Any path, but it must be a run. */
static int read_run(struct cli *c, const char *path, struct record *out)
{
    c->diag.class = DIAG_USAGE;
    if (runfolder_has_several(&c->arena, path))
        return diag_error(&c->diag, NULL,
                          "%s holds several trainings: name the folder of one, %s/STAGE",
                          path, path);
    if (!record_is(path))
        return runfolder_refuse(path, &c->diag);
    record_read(&c->arena, path, out);
    return 0;
}

int cmd_runs_show(struct cli *c, int argc, char **argv)
{
    const char   *args[1];
    struct record r;
    struct strbuf s = { 0 };
    int           n = cli_parse(c, argc, argv, no_flags, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe runs show RUN [flags]", no_flags,
                        "  nnpipe runs show runs/xor/001\n"),
               0;
    c->diag.class = DIAG_USAGE;
    if (!n)
        diag_error(&c->diag, NULL, "runs show: which run? nnpipe runs show runs/xor/001");
    if (n > 0 && !read_run(c, args[0], &r)) {
        if (c->json)
            list_json(&r, &s);
        else
            show(&r, &s);
        cli_print(c, &s);
    }
    return cli_finish(c, NULL, 0);
}

/* ---- best ---- */

/* The plugin of a run's metric, which its resolved file tells, or the name itself. */
static const char *metric_plugin(struct cli *c, struct registry *reg, const char *figure,
                                 const struct record *r)
{
    struct node        *metrics = r->pipeline ? tree_find(r->pipeline, "metrics") : NULL;
    const char         *name = split_metric(figure);
    struct written_list list = {
        .arena = &c->arena, .registry = reg, .place = &grammar_metrics, .list = metrics
    };

    char *item = arena_strdup(&c->arena, name), *dot;
    int   k;

    if (!metrics || metrics->kind != NODE_SEQ)
        return name;
    while ((k = written_find(&list, item)) < 0 && (dot = strrchr(item, '.')))
        *dot = 0; /* a detail, NAME.KEY */
    return k < 0 ? name
                 : written_plugin(reg, &grammar_metrics, NULL, metrics->values[k])->text;
}

static bool more_is_better(struct cli *c, const char *figure, const struct records *all)
{
    struct registry *reg = cli_registry(c);

    for (size_t i = 0; reg && i < all->n; i++)
        if (figures_find(&all->v[i].figures, figure))
            return higher_plugin(reg, metric_plugin(c, reg, figure, &all->v[i]));
    return false;
}

static const struct record *best(const struct records *all, const char *by, bool more)
{
    const struct record *found = NULL;
    double               top = 0;

    for (size_t i = 0; i < all->n; i++) {
        const struct figure *f = figures_find(&all->v[i].figures, by);
        if (f && (!found || (more ? f->value > top : f->value < top))) {
            found = &all->v[i];
            top = f->value;
        }
    }
    return found;
}

/* Every figure that a run has at its end, once. */
static const char *const *known_figures(struct arena *a, const struct records *all)
{
    const char **names = NULL;
    size_t       n = 0, room = 0;

    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < all->v[i].figures.n; k++) {
            if (n + 1 >= room) {
                room = room ? 2 * room : 32;
                names = arena_grow(a, names, n, room, sizeof *names);
            }
            names[n++] = all->v[i].figures.v[k].name;
            names[n] = NULL;
        }
    return names;
}

static void unknown_figure(struct cli *c, const char *figure, const struct records *all)
{
    const char *const *names = known_figures(&c->arena, all);
    const char        *near = names ? synonyms_nearest(figure, names) : NULL;

    if (near)
        diag_error(&c->diag, NULL,
                   "no run that has ended has a figure called '%s'; '%s' is one", figure,
                   near);
    else
        diag_error(&c->diag, NULL, "no run that has ended has a figure called '%s'",
                   figure);
}

/* The losses of two problems say nothing about each other. */
static int refuse_several_pipelines(struct cli *c, const struct records *all)
{
    const char *first = NULL;

    for (size_t i = 0; i < all->n; i++) {
        if (!all->v[i].figures.n)
            continue;
        first = first ? first : all->v[i].name;
        if (strcmp(first, all->v[i].name) == 0)
            continue;
        diag_error(
            &c->diag, NULL,
            "runs best: there are runs of %s and of %s, whose losses cannot be compared",
            first, all->v[i].name);
        diag_note(&c->diag,
                  "try   one of the folders, or a figure that both have: --by FIGURE");
        return -1;
    }
    return 0;
}

int cmd_runs_best(struct cli *c, int argc, char **argv)
{
    struct records    all;
    const char       *by = NULL, *goal = NULL;
    struct strbuf     s = { 0 };
    const struct flag own[] = {
        { "by", 0, FLAG_TEXT, &by, "FIGURE",
          "val.accuracy, say; without it val.loss, or train.loss" },
        { "goal", 0, FLAG_TEXT, &goal, "min|max", "which is better; the metric knows" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int rc = find_records(c, argc, argv, own, "nnpipe runs best [FOLDER] [flags]",
                          "  nnpipe runs best runs/xor --by train.accuracy\n", &all);

    if (rc)
        return rc > 0 ? 0 : cli_finish(c, NULL, 2);
    if (goal && strcmp(goal, "min") != 0 && strcmp(goal, "max") != 0)
        return diag_error(&c->diag, NULL, "--goal %s: min or max", goal),
               cli_finish(c, NULL, 2);
    if (!by && refuse_several_pipelines(c, &all))
        return cli_finish(c, NULL, 2);
    const char          *figure = by ? by : "val.loss";
    const struct record *r =
        best(&all, figure,
             goal ? *goal == 'm' && goal[1] == 'a' : more_is_better(c, figure, &all));
    if (!r && !by)
        r = best(&all, figure = "train.loss", goal && strcmp(goal, "max") == 0);
    if (!r)
        unknown_figure(c, figure, &all);
    else if (c->json)
        list_json(r, &s);
    else
        list_text(r, strlen(r->path), true, &s);
    cli_print(c, &s);
    return cli_finish(c, NULL, 0);
}

/* ---- clean ---- */

/* One of several trainings, in RUN/STAGE or RUN/STAGE/seedN: it goes with all of them. */
static bool is_part(struct arena *a, const char *path)
{
    char *folder = arena_strdup(a, path);

    for (int up = 0; up < 2; up++) {
        char *end = strrchr(folder, '/');
        if (!end)
            return false;
        *end = 0;
        if (runfolder_has_several(a, folder))
            return true;
    }
    return false;
}

/* Runs of one pipeline stand in one folder. */
static bool same_folder(const char *a, const char *b)
{
    const char *x = strrchr(a, '/'), *y = strrchr(b, '/');

    return x && y && x - a == y - b && strncmp(a, b, (size_t)(x - a)) == 0;
}

static size_t later_ones(const struct records *all, size_t i)
{
    size_t n = 0;

    for (size_t k = i + 1; k < all->n; k++)
        n += same_folder(all->v[i].path, all->v[k].path) &&
             strcmp(all->v[k].state, "empty") != 0;
    return n;
}

static void clean_one(struct cli *c, const struct record *r)
{
    struct diag   quiet;
    struct strbuf s = { 0 };

    diag_init(&quiet, &c->arena);
    int lock = runfolder_lock(r->path, &quiet);
    if (lock < 0) {
        strbuf_printf(&s, "busy    %s\n", r->path);
        cli_print(c, &s);
        return;
    }
    if (!c->force || !runfolder_remove(r->path, &c->diag))
        strbuf_printf(&s, "%s %s (%s)\n", c->force ? "removed" : "would remove", r->path,
                      r->state);
    cli_print(c, &s);
    runfolder_unlock(lock);
}

/* Neither weights nor a state to go on from. */
static bool left_nothing(struct arena *a, const struct record *r)
{
    return strcmp(r->state, "empty") == 0 ||
           (strcmp(r->state, "diverged") == 0 &&
            !fsio_exists(arena_printf(a, "%s/best.nnw", r->path)));
}

int cmd_runs_clean(struct cli *c, int argc, char **argv)
{
    struct records    all;
    int64_t           keep = -1;
    const struct flag own[] = {
        { "keep", 0, FLAG_INT, &keep, "N", "of each pipeline only the latest N stay" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int rc = find_records(
        c, argc, argv, own, "nnpipe runs clean [FOLDER] [flags]",
        "  nnpipe runs clean                    what would go: runs without weights\n"
        "  nnpipe runs clean --keep 3 --force   and now it goes\n",
        &all);

    if (rc)
        return rc > 0 ? 0 : cli_finish(c, NULL, 2);
    c->diag.class = DIAG_RUN;
    for (size_t i = 0; i < all.n; i++)
        if (!is_part(&c->arena, all.v[i].path) &&
            (left_nothing(&c->arena, &all.v[i]) ||
             (keep >= 0 && later_ones(&all, i) >= (size_t)keep)))
            clean_one(c, &all.v[i]);
    return cli_finish(c, NULL, 0);
}
