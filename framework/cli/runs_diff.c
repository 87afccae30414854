/* SPDX-License-Identifier: MIT */
/* nnpipe runs diff: what was different between two runs, from the pipeline to one byte of
 * a plugin, and what came of it. */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/fsio.h"
#include "base/json.h"
#include "cli/record.h"
#include "view/runfolder.h"

struct diff {
    struct cli    *c;
    struct strbuf *out;
    size_t         n;
};

static void say_json(struct diff *f, const char *section, const char *path, const char *a,
                     const char *b)
{
    struct json j = { .text = *f->out };

    json_open(&j, '{');
    json_key(&j, "section"), json_text(&j, section);
    json_key(&j, "path"), json_text(&j, path);
    json_key(&j, "a"), json_text(&j, a);
    json_key(&j, "b"), json_text(&j, b);
    json_close(&j);
    *f->out = j.text;
    strbuf_puts(f->out, "\n");
}

static void say(struct diff *f, const char *section, const char *path, const char *a,
                const char *b)
{
    f->n++;
    if (f->c->json)
        say_json(f, section, path, a, b);
    else
        strbuf_printf(f->out, "%-9s %-28s %s -> %s\n", section, path, a ? a : "(none)",
                      b ? b : "(none)");
}

static const char *text_of(struct diff *f, const struct node *n)
{
    struct strbuf s = { 0 };

    if (!n)
        return NULL;
    if (n->kind == NODE_SCALAR)
        return n->text;
    tree_print_json(n, &s);
    const char *text = arena_strdup(&f->c->arena, strbuf_text(&s));
    strbuf_close(&s);
    return text;
}

static const struct node *member(const struct node *n, const char *key)
{
    return n && n->kind == NODE_MAP ? tree_find(n, key) : NULL;
}

static void compare(struct diff *f, const char *section, const char *path,
                    const struct node *a, const struct node *b);

static const char *below(struct diff *f, const char *path, const char *key)
{
    return *path ? arena_printf(&f->c->arena, "%s.%s", path, key) : key;
}

static void compare_maps(struct diff *f, const char *section, const char *path,
                         const struct node *a, const struct node *b)
{
    for (size_t i = 0; i < a->n; i++)
        compare(f, section, below(f, path, a->keys[i]->text), a->values[i],
                member(b, a->keys[i]->text));
    for (size_t i = 0; i < b->n; i++)
        if (!member(a, b->keys[i]->text))
            compare(f, section, below(f, path, b->keys[i]->text), NULL, b->values[i]);
}

static void compare_lists(struct diff *f, const char *section, const char *path,
                          const struct node *a, const struct node *b)
{
    for (size_t i = 0; i < a->n || i < b->n; i++)
        compare(f, section, arena_printf(&f->c->arena, "%s[%zu]", path, i),
                i < a->n ? a->values[i] : NULL, i < b->n ? b->values[i] : NULL);
}

static void compare(struct diff *f, const char *section, const char *path,
                    const struct node *a, const struct node *b)
{
    const char *x = text_of(f, a), *y = text_of(f, b);

    if (a && b && a->kind == NODE_MAP && b->kind == NODE_MAP)
        compare_maps(f, section, path, a, b);
    else if (a && b && a->kind == NODE_SEQ && b->kind == NODE_SEQ)
        compare_lists(f, section, path, a, b);
    else if (!x || !y || strcmp(x, y) != 0)
        say(f, section, path, x, y);
}

/* Everything in env.json but when and on which path. */
static void compare_env(struct diff *f, const struct node *a, const struct node *b)
{
    static const char *const keys[] = { "nnpipe",    "file_sha256", "compiler", "kernels",
                                        "processor", "backend",     "cpu",      "system",
                                        "threads",   "seed" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (member(a, keys[i]) || member(b, keys[i]))
            compare(f, "env", keys[i], member(a, keys[i]), member(b, keys[i]));
    const struct node *none = tree_new(&f->c->arena, NODE_MAP, (struct at){ 0 });
    const struct node *x = member(a, "plugins"), *y = member(b, "plugins");
    compare(f, "plugin", "", x ? x : none, y ? y : none);
    x = member(a, "data");
    y = member(b, "data");
    compare(f, "data", "", x ? x : none, y ? y : none);
}

static void compare_results(struct diff *f, const struct record *a,
                            const struct record *b)
{
    for (size_t i = 0; a->end && i < a->end->n; i++) {
        const char *key = a->end->keys[i]->text;
        if (strchr(key, '.') || strstr(key, "epoch"))
            compare(f, "result", key, a->end->values[i], member(b->end, key));
    }
    compare(f, "result", "state", tree_scalar(&f->c->arena, a->state, (struct at){ 0 }),
            tree_scalar(&f->c->arena, b->state, (struct at){ 0 }));
}

static const char *hash(struct diff *f, const struct record *r, const char *file)
{
    char       *hex = arena_alloc(&f->c->arena, 65);
    const char *path = arena_printf(&f->c->arena, "%s/%s", r->path, file);
    struct diag quiet;

    diag_init(&quiet, &f->c->arena);
    return fsio_exists(path) && !fsio_sha256_file(path, hex, &quiet) ? hex : NULL;
}

static void compare_weights(struct diff *f, const struct record *a,
                            const struct record *b)
{
    static const char *const files[] = { "best.nnw", "last.nnw" };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *x = hash(f, a, files[i]), *y = hash(f, b, files[i]);
        if ((x || y) && (!x || !y || strcmp(x, y) != 0))
            say(f, "weights", files[i], x, y);
    }
}

static void print_diff(struct cli *c, const struct record *a, const struct record *b)
{
    struct strbuf      out = { 0 };
    struct diff        f = { c, &out, 0 };
    const struct node *none = tree_new(&c->arena, NODE_MAP, (struct at){ 0 });

    compare(&f, "pipeline", "", a->pipeline ? a->pipeline : none,
            b->pipeline ? b->pipeline : none);
    compare_env(&f, a->env, b->env);
    compare_results(&f, a, b);
    compare_weights(&f, a, b);
    if (!f.n && !c->json)
        strbuf_printf(&out, "%s and %s do not differ\n", a->path, b->path);
    cli_print(c, &out);
}

int cmd_runs_diff(struct cli *c, int argc, char **argv)
{
    static const struct flag none[] = { { NULL, 0, FLAG_BOOL, NULL, NULL, NULL } };
    const char              *args[2];
    struct record            r[2];
    int                      n = cli_parse(c, argc, argv, none, args, 2);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe runs diff RUN RUN [flags]", none,
                        "  nnpipe runs diff runs/xor/001 runs/xor/002\n"),
               0;
    c->diag.class = DIAG_USAGE;
    if (n >= 0 && n < 2)
        diag_error(&c->diag, NULL, "runs diff: two run folders are needed");
    for (int i = 0; i < n && n == 2; i++) {
        if (!record_is(args[i]))
            runfolder_refuse(args[i], &c->diag);
        else
            record_read(&c->arena, args[i], &r[i]);
    }
    if (!c->diag.errors)
        print_diff(c, &r[0], &r[1]);
    return cli_finish(c, NULL, 0);
}
