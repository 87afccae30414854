/* SPDX-License-Identifier: MIT */
/* nnpipe plugin test: holds the components of a file, or those of a name, to the
 * contracts. */
#include <config.h>
#include "cli/command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "cli/test_params.h"
#include "conformance/conformance.h"
#include "language/params.h"
#include "plugin/kinds.h"

enum { MOST_COMPONENTS = 64, EXIT_BROKEN = 7 };

struct testing {
    struct cli             *cli;
    struct conformance      how;
    const struct node      *given;  /* --with */
    const char *const      *set;    /* --set NAME=VALUE, or NULL */
    const char             *kind;   /* --kind, or NULL: all */
    const char             *wanted; /* file or name */
    const struct component *type;
    unsigned                ok, failed, skipped;
};

/* ---- saying ---- */

static const char *const verdicts[] = { "ok", "skip", "FAIL" };

static void print_json(const struct testing *t, const struct conformance_line *l)
{
    struct json j = { 0 };

    json_open(&j, '{');
    json_key(&j, "kind"), json_text(&j, t->type->kind);
    json_key(&j, "name"), json_text(&j, t->type->name);
    json_key(&j, "check"), json_whole(&j, l->check);
    json_key(&j, "result");
    json_text(&j, l->verdict == CONFORMANCE_FAIL ? "fail" : verdicts[l->verdict]);
    json_key(&j, "text"), json_text(&j, l->text);
    json_close(&j);
    cli_print_json(&j);
}

static const char *colored(const struct cli *c, enum conformance_verdict v)
{
    static const char *const codes[] = { "\033[32m", "\033[2m", "\033[31;1m" };

    return c->color ? codes[v] : "";
}

static void print_line(void *arg, const struct conformance_line *l)
{
    struct testing *t = arg;
    struct cli     *c = t->cli;

    t->ok += l->verdict == CONFORMANCE_OK && l->check > 0;
    t->skipped += l->verdict == CONFORMANCE_SKIP;
    t->failed += l->verdict == CONFORMANCE_FAIL;
    if (c->json)
        print_json(t, l);
    else if (c->quiet && l->verdict != CONFORMANCE_FAIL)
        return;
    else if (l->check == 0 && l->verdict == CONFORMANCE_OK)
        printf("  with %s\n", l->text);
    else
        printf("  %s%-4s%s %2d  %s\n", colored(c, l->verdict), verdicts[l->verdict],
               c->color ? "\033[0m" : "", l->check, l->text);
    fflush(stdout);
}

/* ---- parameters ---- */

static int configure(void *arg, struct arena *a, const struct component *type,
                     const char *param, const char *text, void *self, struct diag *d)
{
    const struct testing   *t = arg;
    const struct test_given given = { t->given, t->set };
    struct node *value = test_params_guess(a, type->desc, &given, param, text, d);

    struct params_of of = { a, type->desc, type->name, NULL, t->cli->env.data };

    return value ? params_apply(&of, value, self, d) : -1;
}

/* ---- which components ---- */

static bool is_file(const char *arg)
{
    size_t n = strlen(arg);

    return strchr(arg, '/') || (n > 3 && strcmp(arg + n - 3, ".so") == 0);
}

static void refuse_name(struct testing *t, struct registry *r, const char *name,
                        struct diag *d)
{
    struct arena scrap = { 0 };
    const char  *kinds = t->kind ? t->kind : kinds_any;
    const char  *near = diag_nearest(name, registry_names(r, kinds, &scrap));

    if (near)
        diag_error(d, NULL, "no %s is called '%s'; '%s' is", t->kind ? t->kind : "plugin",
                   name, near);
    else
        diag_error(d, NULL,
                   "no %s is called '%s'; see `nnpipe plugin list`, or give a file",
                   t->kind ? t->kind : "plugin", name);
    arena_close(&scrap);
}

/* The number of components found; 0 with a message. */
static size_t find_components(struct testing *t, const char *arg,
                              const struct component **found, struct diag *d)
{
    struct cli             *c = t->cli;
    struct registry        *r = cli_registry(c);
    const struct component *all = NULL;
    size_t                  n = 0;

    if (!r)
        return 0;
    if (is_file(arg)) {
        d->class = DIAG_PLUGIN;
        if (registry_load_file(r, arg, &all, &n, d))
            return 0;
        n = n < MOST_COMPONENTS ? n : MOST_COMPONENTS;
        for (size_t i = 0; i < n; i++)
            found[i] = &all[i];
        return n;
    }
    for (size_t i = 0; kinds_all[i]; i++)
        if ((!t->kind || strcmp(t->kind, kinds_all[i]) == 0) &&
            registry_has(r, kinds_all[i], arg)) {
            found[n] = registry_find(r, kinds_all[i], arg, NULL, d);
            if (!found[n++])
                return 0;
        }
    if (n == 0)
        refuse_name(t, r, arg, d);
    return n;
}

/* In a child, before this process loads it. */
static int load(void *arg, struct diag *d)
{
    struct testing         *t = arg;
    const struct component *found[MOST_COMPONENTS];
    size_t                  n = find_components(t, t->wanted, found, d);

    return n ? 0 : -1;
}

/* ---- running ---- */

/* A parameter that cannot be guessed is the user's to give, not the plugin's fault. */
static int try_parameters(struct testing *t)
{
    struct arena a = { 0 };
    struct diag  d;

    diag_init(&d, &a);
    const struct test_given given = { t->given, t->set };
    int rc = test_params_guess(&a, t->type->desc, &given, NULL, NULL, &d) ? 0 : -1;
    if (rc)
        diag_code(&t->cli->diag, NULL, "usage", "%s %s: %s", t->type->kind, t->type->name,
                  d.n ? d.entries[0].text : "its parameters cannot be made up");
    arena_close(&a);
    return rc;
}

static int test_one(struct testing *t, const struct component *type)
{
    t->type = t->how.type = type;
    t->cli->diag.class = DIAG_USAGE;
    if (try_parameters(t))
        return -1;
    if (!t->cli->json && !t->cli->quiet)
        printf("%s %s (%s %s, %s), seed %llu\n", type->kind, type->name, type->plugin,
               type->version, type->file, (unsigned long long)t->how.seed);
    return conformance_run(&t->how);
}

static int test_all(struct testing *t, const char *arg)
{
    const struct component *found[MOST_COMPONENTS];
    size_t                  n = 0;

    t->wanted = arg;
    t->cli->diag.class = DIAG_PLUGIN;
    t->how.loading = conformance_load(&t->how, &t->cli->arena, &t->cli->diag);
    t->cli->diag.class = DIAG_USAGE;
    if (t->how.loading)
        n = find_components(t, arg, found, &t->cli->diag);
    for (size_t i = 0; i < n; i++)
        test_one(t, found[i]);
    if (!t->cli->json && !t->cli->quiet && n)
        printf("%u ok, %u failed, %u skipped\n", t->ok, t->failed, t->skipped);
    return cli_finish(t->cli, NULL, t->failed ? EXIT_BROKEN : 0);
}

static int read_options(struct testing *t, const char *limit, const char *with)
{
    struct cli *c = t->cli;
    char       *end = NULL;

    c->diag.class = DIAG_USAGE;
    t->how.seed = c->seed < 0 ? 1 : (uint64_t)c->seed;
    t->how.limit = limit ? number_read(limit, &end) : 20;
    if (limit && (*end || !(t->how.limit > 0)))
        return diag_error(&c->diag, NULL, "--limit %s: a number of seconds is needed",
                          limit);
    conformance_inputs(t->how.inputs, &c->diag);
    if (with)
        t->given = test_params_parse(&c->arena, "--with", with, &c->diag);
    t->how.guesses = !with && !(t->set && t->set[0]);
    return c->diag.errors ? -1 : 0;
}

int cmd_plugin_test(struct cli *c, int argc, char **argv)
{
    struct testing    t = { .cli = c };
    const char       *args[1], *limit = NULL, *with = NULL;
    const struct flag own[] = {
        { "in-process", 0, FLAG_BOOL, &t.how.in_process, NULL,
          "no child processes, no time limit; for a debugger" },
        { "limit", 0, FLAG_TEXT, &limit, "SECONDS", "for each check (default 20)" },
        { "kind", 0, FLAG_TEXT, &t.kind, "KIND", "of NAME, where several kinds have it" },
        { "with", 0, FLAG_TEXT, &with, "YAML", "parameters, '{units: 3}'" },
        { "set", 0, FLAG_LIST, &t.set, "NAME=VALUE", "one parameter (repeatable)" },
        { "in", 0, FLAG_LIST, &t.how.inputs, "INPUT",
          "type, shape and values, 'f32 6x4 part' (repeatable)" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe plugin test FILE|NAME [flags]", own,
                        "  nnpipe plugin test ./swish.so\n"
                        "  nnpipe plugin test dense --with '{units: 5}'\n"
                        "  nnpipe plugin test ./swish.so --in-process --seed 3\n"
                        "  nnpipe plugin test ./pick.so --in 'f32 6x4' --in 'i64 6'\n"),
               0;
    if (n == 0) {
        c->diag.class = DIAG_USAGE;
        diag_error(&c->diag, NULL, "plugin test: which file or plugin?");
    }
    if (n < 0 || c->diag.errors || read_options(&t, limit, with))
        return cli_finish(c, NULL, 2);
    t.how.configure = configure;
    t.how.load = load;
    t.how.line = print_line;
    t.how.arg = &t;
    return test_all(&t, args[0]);
}
