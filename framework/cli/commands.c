/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

const struct command commands[] = {
    { "run", "train, evaluate, write reports (also: nnpipe FILE.yaml)", cmd_run },
    { "check", "parse, type, wire, infer shapes; reads no data", cmd_check },
    { "show", "layers with shapes, parameters, memory", cmd_show },
    { "eval", "metrics of a trained run on a split", cmd_eval },
    { "predict", "rows in, predictions out", cmd_predict },
    { "runs", "list, show, diff, best, clean: what runs have left", cmd_runs },
    { "bench", "time of a training step, item by item", cmd_bench },
    { "plugin", "list, info, new, test", cmd_plugin },
    { "schema", "JSON Schema of the installed plugins, for editors", cmd_schema },
    { "help", "this text, or the help of a command", cmd_help },
    { NULL, NULL, NULL },
};

static const struct command plugin_verbs[] = {
    { "list", "every plugin file seen, what it offers or why it is skipped",
      cmd_plugin_list },
    { "info", "one component: parameters, defaults, ranges, promises", cmd_plugin_info },
    { "new", "write a skeleton: nnpipe plugin new KIND NAME [--lang c|c++|rust]",
      cmd_plugin_new },
    { "test", "check a plugin against the contracts of the ABI", cmd_plugin_test },
    { NULL, NULL, NULL },
};

static const struct command runs_verbs[] = {
    { "list", "every run below a folder (runs): when, how far, its figures",
      cmd_runs_list },
    { "show", "one run: environment, plugins and data with their hashes, pipeline",
      cmd_runs_show },
    { "diff", "what was different between two runs, to one byte of a plugin",
      cmd_runs_diff },
    { "best", "the run with the best figure at its end", cmd_runs_best },
    { "clean", "remove runs that left no weights, or all but the latest",
      cmd_runs_clean },
    { NULL, NULL, NULL },
};

static const struct command *find_command(const struct command *table, const char *name)
{
    for (; table->name; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

static void list_commands(const struct command *table)
{
    for (; table->name; table++)
        printf("  %-9s %s\n", table->name, table->summary);
}

static int unknown_command(struct cli *c, const struct command *table, const char *what,
                           const char *name)
{
    const char *names[16];
    size_t      n = 0;

    while (table[n].name && n < 15) {
        names[n] = table[n].name;
        n++;
    }
    names[n] = NULL;
    const char *near = diag_nearest(name, names);
    c->diag.class = DIAG_USAGE;
    if (near)
        diag_error(&c->diag, NULL, "no %s is called '%s'; '%s' is", what, name, near);
    else
        diag_error(&c->diag, NULL, "no %s is called '%s'; see `nnpipe help`", what, name);
    return cli_finish(c, NULL, 2);
}

int cmd_help(struct cli *c, int argc, char **argv)
{
    char *help[] = { (char[]){ "--help" } };

    if (argc > 0) {
        const struct command *k = find_command(commands, argv[0]);
        if (!k)
            return unknown_command(c, commands, "command", argv[0]);
        return k->run == cmd_help ? cmd_help(c, 0, NULL) : k->run(c, 1, help);
    }
    puts("nnpipe: small neural nets from YAML pipeline files\n\n"
         "  nnpipe pipelines/xor.yaml          train, evaluate, report\n"
         "  nnpipe check FILE.yaml             find every mistake, in milliseconds\n"
         "  nnpipe show FILE.yaml              what it would build\n"
         "  nnpipe plugin info dense           what a plugin takes\n\ncommands");
    list_commands(commands);
    puts("\n`nnpipe help COMMAND` tells more; docs/tour.md walks through one file");
    return 0;
}

static int verb(struct cli *c, int argc, char **argv, const struct command *table,
                const char *name)
{
    const struct command *k = argc > 0 ? find_command(table, argv[0]) : NULL;

    if (k)
        return k->run(c, argc - 1, argv + 1);
    if (argc > 0 && argv[0][0] != '-')
        return unknown_command(
            c, table, arena_printf(&c->arena, "command of `nnpipe %s`", name), argv[0]);
    printf("usage: nnpipe %s COMMAND ...\n\n", name);
    list_commands(table);
    return argc > 0 ? 0 : 2;
}

int cmd_plugin(struct cli *c, int argc, char **argv)
{
    return verb(c, argc, argv, plugin_verbs, "plugin");
}

int cmd_runs(struct cli *c, int argc, char **argv)
{
    return verb(c, argc, argv, runs_verbs, "runs");
}
