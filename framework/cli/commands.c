/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/fsio.h"
#include "cli/help.h"
#include "language/grammar.h"
#include "plugin/synonyms.h"

enum { OF_A_FILE = TAKES_FILE | TAKES_JSON, OF_PLUGINS = TAKES_PLUGINS | TAKES_JSON };

static const struct command plugin_verbs[] = {
    { "list", "every plugin file seen, what it offers or why it is skipped", NULL,
      cmd_plugin_list, OF_PLUGINS, NULL },
    { "info", "one component: parameters, defaults, ranges, promises", NULL,
      cmd_plugin_info, OF_PLUGINS, NULL },
    { "new", "write a skeleton that compiles, passes the test and runs",
      "Writes the source, a Makefile, a README and a pipeline that uses the plugin into "
      "a folder\n"
      "of its name. The part of NAME before the dot is your own word, so that no name of "
      "nnpipe\n"
      "is taken twice. Nothing that is there is overwritten.\n",
      cmd_plugin_new, TAKES_PLUGINS | TAKES_OUT, NULL },
    { "test", "check a plugin against the contracts of the ABI", NULL, cmd_plugin_test,
      OF_PLUGINS | TAKES_SEED, NULL },
    { NULL, NULL, NULL, NULL, 0, NULL },
};

static const struct command runs_verbs[] = {
    { "list", "every run below a folder (runs): when, how far, its figures", NULL,
      cmd_runs_list, TAKES_JSON, NULL },
    { "show", "one run: environment, plugins and data with their hashes, pipeline", NULL,
      cmd_runs_show, TAKES_JSON, NULL },
    { "diff", "what was different between two runs, to one byte of a plugin", NULL,
      cmd_runs_diff, TAKES_JSON, NULL },
    { "best", "the run with the best figure at its end", NULL, cmd_runs_best,
      TAKES_PLUGINS | TAKES_JSON, NULL },
    { "clean", "remove runs that left no weights, or all but the latest", NULL,
      cmd_runs_clean, TAKES_FORCE, NULL },
    { NULL, NULL, NULL, NULL, 0, NULL },
};

const struct command commands[] = {
    { "run", "train, evaluate, write reports (also: nnpipe FILE.yaml)",
      "A run leaves a folder runs/NAME/NNN with its two latest checkpoints: one is "
      "written every\n"
      "ten seconds, for every train.keep.every epochs, when SIGHUP or SIGUSR1 asks for "
      "one, and\n"
      "when the run is stopped. The first Ctrl-C, SIGTERM, SIGXCPU or SIGUSR2 finishes "
      "the "
      "step and\n"
      "writes it, as does the end of who reads the output; the second leaves at once. "
      "--resume goes\n"
      "on to the same bits as without the stop; if the newest checkpoint is damaged, the "
      "one before\n"
      "it serves, and it is said.\n",
      cmd_run, OF_A_FILE | TAKES_OUT | TAKES_FORCE | TAKES_RUN, NULL },
    { "search", "find good settings: many trainings of a file with `search`",
      "Any number of processes may work on one folder, -o RUN, on one machine or on "
      "several that\n"
      "share it; they make the same trials with the same bits as one alone. A trial "
      "whose "
      "process\n"
      "died is taken over from its checkpoint; a crash ends that trial and is its "
      "result.\n",
      cmd_search, OF_A_FILE | TAKES_OUT | TAKES_FORCE | TAKES_RUN, NULL },
    { "check", "parse, type, wire, infer shapes; reads no data",
      "Finds every mistake of a file at once: syntax, names, types, wiring, shapes.\n",
      cmd_check, OF_A_FILE, NULL },
    { "show", "layers with shapes, parameters, memory", NULL, cmd_show, OF_A_FILE, NULL },
    { "data", "what the rows are like: streams, parts, classes, figures of columns",
      "Reads the data of a file, and trains nothing. Figures are of one part, the "
      "training "
      "rows\n"
      "unless --on says another; --head prints rows.\n",
      cmd_data, OF_A_FILE, NULL },
    { "eval", "metrics of a trained run on a split, or on the rows of a file", NULL,
      cmd_eval, OF_A_FILE, NULL },
    { "explain", "one training step as numbers: forward, error, gradients, update",
      "The numbers are those of the trainer, the formulas those of the plugins. A RUN is "
      "taken\n"
      "with the weights that it kept.\n",
      cmd_explain, TAKES_FILE, NULL },
    { "gradcheck", "back-propagation of a whole model against differences of its loss",
      "Some weights of each tensor, and each tensor along a direction, are moved a "
      "little, "
      "and the\n"
      "loss of a batch has to change as back-propagation says. Dropout and noise keep "
      "still. "
      "Exit 7\n"
      "where it does not.\n",
      cmd_gradcheck, OF_A_FILE, NULL },
    { "inspect", "weights of a run, units that are idle, or reports of it once more",
      "Without REPORT: each tensor with least, most, mean, deviation and zeros, and "
      "units "
      "that say\n"
      "the same for all rows of val (else train; the first 2,000). A REPORT is written "
      "as "
      "in a\n"
      "file, and what it draws goes to the run's folder report, or to that of -o.\n",
      cmd_inspect, OF_A_FILE | TAKES_OUT, NULL },
    { "predict", "rows in, predictions out", NULL, cmd_predict, OF_A_FILE | TAKES_OUT,
      NULL },
    { "import", "weights of another program into a run that predicts",
      "Figures of all parts of the data are taken, as at the end of a training.\n",
      cmd_import, OF_A_FILE | TAKES_OUT | TAKES_FORCE, NULL },
    { "pack", "a trained model in one file, for other machines",
      "The file is safetensors: the weights, and in its metadata the pipeline, what the "
      "data were\n"
      "like, classes, figures, plugins with their versions. predict, eval --on and show "
      "take it\n"
      "in the place of a run, and need nothing else but the plugins.\n",
      cmd_pack, TAKES_FILE | TAKES_OUT | TAKES_FORCE, NULL },
    { "runs", "list, show, diff, best, clean: what runs have left", NULL, NULL, 0,
      runs_verbs },
    { "bench", "time of a training step, item by item", NULL, cmd_bench, OF_A_FILE,
      NULL },
    { "init", "write a commented pipeline that runs, to begin with",
      "TEMPLATE is one of --list; without one it is xor. With csv and a FILE of your own "
      "the\n"
      "columns are those of its first line. Nothing that is there is overwritten without "
      "-f.\n",
      cmd_init, TAKES_OUT | TAKES_FORCE, NULL },
    { "plugin", "list, info, new, test", NULL, NULL, 0, plugin_verbs },
    { "schema", "JSON Schema of the installed plugins, for editors", NULL, cmd_schema,
      TAKES_PLUGINS, NULL },
    { "completion", "what a shell needs to complete commands and flags",
      "make install puts these files where the shells look; otherwise:\n", cmd_completion,
      0, NULL },
    { "version", "version of the program and of the plugin ABI (also: --version)", NULL,
      cmd_version, 0, NULL },
    { "help", "this text, the help of a command, or the keys of a pipeline file", NULL,
      cmd_help, 0, NULL },
    { NULL, NULL, NULL, NULL, 0, NULL },
};

static const struct command *find_command(const struct command *table, const char *name)
{
    for (; table->name; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

/* What else the word may be: a file whose ending was left out; to who asks for help, a
 * key or a component. */
static void advise(struct cli *c, const char *name)
{
    const char *file = arena_printf(&c->arena, "%s.yaml", name);
    bool        asks = c->command && c->command->run == cmd_help, key = false;

    if (!asks && fsio_exists(file))
        diag_note(&c->diag, "try   nnpipe %s", file);
    for (int i = 0; grammar_sections[i] && !key; i++)
        key = grammar_find(grammar_sections[i]->words, name) != NULL;
    if (asks && key)
        diag_note(&c->diag, "try   nnpipe help pipeline, which lists the keys of a file");
    else if (asks)
        diag_note(&c->diag, "try   nnpipe plugin info %s, if it is a layer or the like",
                  name);
}

static int unknown_command(struct cli *c, const struct command *table, const char *before,
                           const char *name)
{
    const char *names[32], *what = "command";
    size_t      n = 0;

    for (; table[n].name && n < 31; n++)
        names[n] = table[n].name;
    names[n] = NULL;
    if (before)
        what = arena_printf(&c->arena, "command of `nnpipe %s`", before);
    const char *near = synonyms_nearest(name, names);
    c->diag.class = DIAG_USAGE;
    if (near)
        diag_error(&c->diag, NULL, "no %s is called '%s'; '%s' is", what, name, near);
    else
        diag_error(&c->diag, NULL, "no %s is called '%s'; see `nnpipe help`", what, name);
    if (!before)
        advise(c, name);
    return cli_finish(c, NULL, 2);
}

/* ---- calling ---- */

static int call(struct cli *c, const struct command *k, const char *before, int argc,
                char **argv)
{
    c->command = k;
    c->called = before ? arena_printf(&c->arena, "%s %s", before, k->name) : k->name;
    if (!k->verbs)
        return k->run(c, argc, argv);
    const struct command *verb = argc > 0 ? find_command(k->verbs, argv[0]) : NULL;
    if (verb)
        return call(c, verb, k->name, argc - 1, argv + 1);
    if (argc > 0 && argv[0][0] != '-')
        return unknown_command(c, k->verbs, k->name, argv[0]);
    help_group(c, k);
    return argc > 0 ? 0 : 2;
}

int commands_call(struct cli *c, const char *name, int argc, char **argv)
{
    const struct command *k = find_command(commands, name);

    return k ? call(c, k, NULL, argc, argv) : unknown_command(c, commands, NULL, name);
}

/* ---- help ---- */

static void ask_help(struct cli *c, const struct command *k, const char *before)
{
    char *help[] = { (char[]){ "--help" } };

    c->help = false;
    call(c, k, before, 1, help);
}

void commands_visit(struct cli *c, const struct command                          *k,
                    void (*visit)(const struct help_page *page, void *arg), void *arg)
{
    c->visit = visit;
    c->visit_arg = arg;
    if (!k->verbs)
        ask_help(c, k, NULL);
    for (const struct command *v = k->verbs; v && v->name; v++)
        ask_help(c, v, k->name);
    c->visit = NULL;
}

const struct command *commands_find(struct cli *c, const char *name)
{
    const struct command *k = find_command(commands, name);

    if (!k)
        unknown_command(c, commands, NULL, name);
    return k;
}

int commands_help(struct cli *c, const struct command *k, const char *verb)
{
    const struct command *v = verb && k->verbs ? find_command(k->verbs, verb) : NULL;

    if (verb && !v)
        return unknown_command(c, k->verbs ? k->verbs : commands, k->name, verb);
    ask_help(c, v ? v : k, v ? k->name : NULL);
    return 0;
}
